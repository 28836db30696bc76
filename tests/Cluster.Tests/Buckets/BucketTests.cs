using System.Text.Json;
using AlexNet.Testing;
using AlexNet.Testing.Storage;
using Cluster.Tests.Failures;
using Lockstep.Core.Errors;

namespace Cluster.Tests.Buckets;

/// <summary>
/// A training from object storage to object storage: all of it is killed, and goes on on "another machine", which is another directory with
/// an empty cache. It ends in the same bits as a run on local files that nothing disturbed.
/// </summary>
public sealed class BucketTests(ObjectStorage storage) : IClassFixture<ObjectStorage>, IDisposable
{
    private const int PerClass = 200, // five shards of a megabyte
        SavedStep = 8,
        Steps = 26;
    private const string CacheVariable = "ALEXNET_CACHE_DIR";
    private static readonly string[] Layout = ["--replicas", "1", "--shards", "2", "--threads", "1"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public Task A_run_that_is_killed_goes_on_elsewhere_in_the_same_bits() => TrainAsync(_ => { });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_same_with_5_of_100_requests_failing(int seed)
    {
        LongTests.Require();
        await TrainAsync(proxy => proxy.StrikeAtRandom(5, seed));
        Assert.True(storage.Proxy.FaultsMade > 5, $"{storage.Proxy.FaultsMade} faults were made");
    }

    public void Dispose() => _folder.Dispose();

    private async Task TrainAsync(Action<FaultyProxy> disturb)
    {
        storage.Proxy.Faults = _ => Fault.None;
        string address = storage.NewAddress(),
            run = $"{address}/run";
        PictureFolder.Write(_folder["pictures"], PerClass);
        await File.WriteAllTextAsync(_folder["recipe.json"], PictureFolder.Recipe, TestContext.Current.CancellationToken);
        await RunAsync("a", "data", "pack", "--data", _folder["pictures"], "--out", _folder["packed"], "--shard-mb", "1");
        await using (var undisturbed = Start("a", Training(_folder["packed"], _folder["local"])))
        {
            await undisturbed.FinishAsync(SmallRun.Deadline);
        }

        disturb(storage.Proxy);
        await RunAsync("a", "data", "pack", "--data", _folder["pictures"], "--out", $"{address}/packed", "--shard-mb", "1");
        // no later checkpoint gets there, so the run cannot end before it is killed; five saves are as many as a run of milliseconds
        // may have on their way before one is given up
        var disturbed = storage.Proxy.Faults;
        storage.Proxy.Faults = request => IsLaterThanSaved(request) ? Fault.Busy : disturbed(request);
        await using (var alexnet = Start("a", Training($"{address}/packed", run)))
        {
            await alexnet.WaitForAsync("checkpoint", SmallRun.Deadline, IsSaved);
            foreach (int process in Processes.WithVariable($"{CacheVariable}={CacheOf("a")}"))
                Processes.Signal(process, Processes.SigKill);
            await Processes.NoneWithArgumentAsync(WorkOf("a", run), SmallRun.Deadline);
        }

        storage.Proxy.Faults = disturbed;
        await using (var alexnet = Start("b", ["resume", run]))
        {
            var finished = await alexnet.FinishAsync(SmallRun.Deadline);
            Assert.Equal(Steps, finished.GetProperty("steps").GetInt32());
            Assert.Equal(Steps - SavedStep, alexnet.Losses.Count);
        }

        TrainedState.Read(WorkOf("b", run)).AssertSameAs(TrainedState.Read(_folder["local"]));
        await RunAsync("c", "compare", _folder["local"], run);
        await RunAsync("c", "checkpoints", "verify", run);
        if (LongTests.AreAskedFor)
        {
            await RunAsync("c", "checkpoints", "list", run);
            await RunAsync("c", "status", run);
            await RunAsync("c", "eval", run, "--data", $"{address}/packed");
        }

        await using var again = Start("c", Training($"{address}/packed", run));
        Assert.Equal(ExitCodes.BadInput, await again.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains("holds a run already", again.FailureMessage, StringComparison.Ordinal);
    }

    private static bool IsSaved(JsonElement checkpoint) =>
        checkpoint.GetProperty("step").GetInt64() == SavedStep && checkpoint.GetProperty("problem").ValueKind == JsonValueKind.Null;

    private static bool IsLaterThanSaved(ProxiedRequest request) =>
        request.IsUpload && request.Has("/checkpoints/") && !request.Has($"/step-{SavedStep:D8}/");

    private IEnumerable<string> Training(string data, string run) =>
        ["train", _folder["recipe.json"], "--data", data, "--run-dir", run, .. Layout];

    /// <summary>Where a run at an address works on a machine.</summary>
    private string WorkOf(string machine, string run) =>
        Path.Combine(_folder[machine], "runs", run.Replace("s3://", "s3/", StringComparison.Ordinal));

    private string CacheOf(string machine) => Path.Combine(_folder[machine], "cache");

    /// <summary>Starts a training on a machine, which is a directory with a cache of its own.</summary>
    private AlexnetProcess Start(string machine, IEnumerable<string> arguments)
    {
        Directory.CreateDirectory(_folder[machine]);
        return AlexnetProcess.StartIn(_folder[machine], Variables(machine), [.. arguments, "--output", "json", "--no-pictures"]);
    }

    private async Task RunAsync(string machine, params string[] arguments)
    {
        Directory.CreateDirectory(_folder[machine]);
        await using var process = ProgramProcess.Start(ProgramProcess.Beside("alexnet"), arguments, Variables(machine), _folder[machine]);
        await process.SucceedAsync(SmallRun.Deadline);
    }

    private Dictionary<string, string?> Variables(string machine) =>
        new(storage.Proxy.Variables)
        {
            [CacheVariable] = CacheOf(machine),
            ["ALEXNET_CACHE_GB"] = "0.02",
            ["ALEXNET_LEASE_SECONDS"] = "2",
        };
}
