using System.Security.Cryptography;
using AlexNet.Testing;
using AlexNet.Testing.Storage;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Objects.Runs;
using Lockstep.Objects.Store;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Objects.Tests;

/// <summary>A run that is led from one working directory after the other.</summary>
public sealed class LedRunTests : IClassFixture<ObjectStorage>, IDisposable
{
    private const string Endpoint = "AWS_ENDPOINT_URL_S3";
    private static readonly Dictionary<string, string> Ledger = new() { ["run"] = "run" };

    private readonly TemporaryFolder _folder = new();
    private readonly FaultyProxy _proxy;
    private readonly ObjectAddress _run;

    public LedRunTests(ObjectStorage storage)
    {
        _proxy = storage.Begin();
        Environment.SetEnvironmentVariable(Endpoint, _proxy.Endpoint); // the other classes name theirs
        _run = ObjectAddress.Parse(storage.NewAddress());
    }

    [Fact]
    public async Task What_one_directory_publishes_the_next_finds_whole()
    {
        await TrainAsync("a", steps: [1, 2, 3], keep: 2);
        await using var led = await LeadAsync("b");
        Assert.Equal(3, Newest("b"));
        Assert.Equal("line 3", File.ReadAllText(_folder["b/metrics.jsonl"]));
        using var run = new RemoteRun(_run);
        Assert.Equal([3, 2], (await run.ListAsync()).Select(c => c.Step));
        Assert.All(await run.DescribeAsync(), c => Assert.Equal(CheckpointState.Whole, c.State));
    }

    [Fact]
    public async Task A_checkpoint_whose_upload_fails_is_not_there_and_the_next_one_is()
    {
        await using var led = await LeadAsync("a");
        Save("a", 1);
        _proxy.Faults = r => r.IsUpload && r.Has("optimizer") ? Fault.Denied : Fault.None;
        Assert.ThrowsAny<Exception>(() => Publish(led, "a", 1));
        _proxy.Faults = _ => Fault.None;
        using var run = new RemoteRun(_run);
        Assert.Empty(await run.ListAsync());
        Publish(led, "a", 1);
        Assert.Equal([1], (await run.ListAsync()).Select(c => c.Step));
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_passed_over()
    {
        await TrainAsync("a", steps: [1, 2], keep: 2);
        using var store = new ObjectStore(_run);
        string weights = _run.KeyOf("checkpoints/step-00000002/weights-0-of-1.safetensors");
        await store.TryWriteAsync(weights, new byte[8], null, TestContext.Current.CancellationToken);
        var damaged = new List<string>();
        await using var led = await LedRun.LeadAsync(_run, Make("b"), damaged.Add);
        Assert.Equal(1, Newest("b"));
        Assert.Contains("step-00000002", Assert.Single(damaged), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_that_does_not_answer_is_no_damage_and_no_older_checkpoint_is_taken()
    {
        await TrainAsync("a", steps: [1, 2], keep: 2);
        _proxy.Faults = r => r.IsDownload && r.Has("step-00000002/weights") ? Fault.Expired : Fault.None;
        await Assert.ThrowsAsync<BadInputException>(() => LeadAsync("b"));
        _proxy.Faults = _ => Fault.None;
        await using var led = await LeadAsync("b");
        Assert.Equal(2, Newest("b"));
    }

    [Fact]
    public async Task What_was_saved_here_and_not_yet_there_is_uploaded_by_the_next_coordinator_of_the_same_directory()
    {
        await TrainAsync("a", steps: [1], keep: 2);
        Save("a", 2); // and the coordinator is killed
        await using var led = await LeadAsync("a");
        using var run = new RemoteRun(_run);
        Assert.Equal([2, 1], (await run.ListAsync()).Select(c => c.Step));
    }

    [Fact]
    public async Task A_directory_that_was_left_behind_or_half_brought_follows_the_bucket()
    {
        await TrainAsync("a", steps: [1], keep: 2);
        Save("a", 9); // of a course that nobody else has seen
        await TrainAsync("b", steps: [2], keep: 2);
        await using (await LeadAsync("a"))
            Assert.Equal(2, Newest("a"));
        File.WriteAllText(_folder["a/remote.unfinished"], "");
        File.Delete(_folder["a/checkpoints/step-00000002/weights-0-of-1.safetensors"]);
        await using (await LeadAsync("a"))
            Assert.Equal(2, Newest("a"));
        Assert.False(File.Exists(_folder["a/remote.unfinished"]));
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Endpoint, null);
        _folder.Dispose();
    }

    private string Make(string machine) => Directory.CreateDirectory(_folder[machine]).FullName;

    private Task<LedRun> LeadAsync(string machine) => LedRun.LeadAsync(_run, Make(machine), _ => { });

    private long? Newest(string machine) => new CheckpointStore(_folder[machine]).NewestWhole()?.Step;

    private async Task TrainAsync(string machine, long[] steps, int keep)
    {
        await using var led = await LeadAsync(machine);
        foreach (long step in steps)
        {
            Save(machine, step);
            Publish(led, machine, step, keep);
        }
    }

    private void Publish(LedRun led, string machine, long step, int keep = 2) =>
        led.Publish(Manifest.Read(CheckpointFiles.Directory(_folder[machine], step)), Ledger, keep);

    /// <summary>A checkpoint as a coordinator leaves it on disk, with the records up to it.</summary>
    private void Save(string machine, long step)
    {
        string directory = CheckpointFiles.Directory(Make(machine), step);
        File.WriteAllText(_folder[$"{machine}/metrics.jsonl"], $"line {step}");
        string[] names = [CheckpointFiles.Shard(CheckpointFiles.Weights, 0, 1), CheckpointFiles.Shard(CheckpointFiles.Optimizer, 0, 1)];
        ManifestFile[] files =
        [
            .. names.Select(name =>
                DurableFile.Write(Path.Combine(directory, name), f => f.Write(SHA256.HashData(BitConverter.GetBytes(step))))
            ),
        ];
        new Manifest
        {
            RunId = "run",
            Step = step,
            Epoch = 1,
            StepInEpoch = 0,
            Generation = 1,
            Replicas = 1,
            Shards = 1,
            RecipeHash = "",
            Environment = new RunEnvironment(Threads: 1, "", "", "cpu", "fp32"),
            Files = files,
        }.Write(directory);
    }
}
