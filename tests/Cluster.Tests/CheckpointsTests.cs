using AlexNet.Testing;
using Cluster.Tests.Laws;
using Lockstep.Core.Errors;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Cluster.Tests;

/// <summary><c>alexnet checkpoints</c> over what a run has really saved.</summary>
public sealed class CheckpointsTests(FinishedRuns finished) : IDisposable
{
    private const int Steps = 3; // of SmallRun.ThreeSteps
    private readonly TemporaryFolder _folder = new();

    private string Checkpoint => CheckpointFiles.Directory(_folder["run"], Steps);

    [Fact]
    public async Task A_run_is_listed_verified_and_exported_and_another_begins_from_the_export()
    {
        await TrainAsync();
        var listed = Assert.Single(await EventsAsync(ExitCodes.Done, "list", _folder["run"]));
        Assert.Equal(
            ("whole", Steps, 2),
            (listed.GetProperty("state").GetString(), listed.GetProperty("step").GetInt32(), listed.GetProperty("shards").GetInt32())
        );
        Assert.Contains("whole", await TextAsync(ExitCodes.Done, "list", _folder["run"]), StringComparison.Ordinal);
        Assert.StartsWith($"{Checkpoint}: whole, ", await TextAsync(ExitCodes.Done, "verify", Checkpoint), StringComparison.Ordinal);

        var exported = Assert.Single(await EventsAsync(ExitCodes.Done, "export", _folder["run"], "--out", _folder["net.safetensors"]));
        Assert.Equal((16, 483_530), (exported.GetProperty("tensors").GetInt32(), exported.GetProperty("values").GetInt32()));
        Assert.Equal(ManifestFile.Of(_folder["net.safetensors"]).Sha256, exported.GetProperty("sha256").GetString());

        await SmallRun.LossesAsync(
            _folder["next"],
            "quickstart",
            "--shards",
            "1",
            "--steps",
            "1",
            "--dump-steps",
            "0",
            "--weights",
            _folder["net.safetensors"]
        );
        using var tensors = ShardedTensors.Open(_folder["net.safetensors"]);
        foreach (var (name, shape) in TensorComparison.Parameters(_folder["next"]))
        {
            float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
            tensors.Read(name, shape, new Extent(0, (int)shape[0]), System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
            Assert.Equal(
                values,
                TensorComparison.Read(Path.Combine(_folder["next"], "dumps", "step-00000000"), CheckpointFiles.Weights, name, shape)
            );
        }
    }

    [Fact]
    public async Task Damage_is_named_by_verify_and_refused_by_eval_export_and_train()
    {
        await TrainAsync();
        string damaged = Path.Combine(Checkpoint, "weights-1-of-2.safetensors");
        byte[] content = await File.ReadAllBytesAsync(damaged, TestContext.Current.CancellationToken);
        content[content.Length / 2] ^= 4;
        await File.WriteAllBytesAsync(damaged, content, TestContext.Current.CancellationToken);

        var verified = Assert.Single(await EventsAsync(ExitCodes.Failed, "verify", _folder["run"]));
        Assert.Equal("damaged", verified.GetProperty("state").GetString());
        Assert.Contains(
            "'weights-1-of-2.safetensors' has SHA-256",
            Assert.Single(verified.GetProperty("problems").EnumerateArray()).GetString(),
            StringComparison.Ordinal
        );

        await AssertRefusedAsync("eval", _folder["run"]);
        await AssertRefusedAsync("eval", Checkpoint);
        await AssertRefusedAsync("checkpoints", "export", _folder["run"], "--out", _folder["net.safetensors"]);
        await AssertRefusedAsync("train", "quickstart", "--run-dir", _folder["next"], "--weights", Checkpoint);
        Assert.False(File.Exists(_folder["net.safetensors"]));
    }

    [Fact]
    public async Task A_directory_without_checkpoints_says_what_is_required()
    {
        Assert.Contains(
            "is not a directory; give the directory of a run",
            await ErrorAsync("checkpoints", "verify", _folder["nowhere"]),
            StringComparison.Ordinal
        );
        Directory.CreateDirectory(CheckpointFiles.Root(_folder["empty"]));
        Assert.Contains("has saved no checkpoint yet", await TextAsync(ExitCodes.Done, "list", _folder["empty"]), StringComparison.Ordinal);
        Assert.Contains("holds no whole checkpoint", await ErrorAsync("checkpoints", "export", _folder["empty"]), StringComparison.Ordinal);
        Directory.CreateDirectory(_folder["other"]);
        Assert.Contains(
            "'manifest.json': it is missing",
            await ErrorAsync("checkpoints", "export", _folder["other"]),
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();

    private async Task TrainAsync() => DirectoryCopy.Make((await finished.OfAsync(SmallRun.ThreeSteps)).Directory, _folder["run"]);

    private static async Task<IReadOnlyList<System.Text.Json.JsonElement>> EventsAsync(int code, params string[] arguments)
    {
        await using var alexnet = AlexnetProcess.Start(["checkpoints", .. arguments, "--output", "json"]);
        Assert.Equal(code, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        return alexnet.Events;
    }

    private static async Task<string> TextAsync(int code, params string[] arguments)
    {
        await using var alexnet = ProgramProcess.Start(ProgramProcess.Beside("alexnet"), ["checkpoints", .. arguments]);
        Assert.Equal(code, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        return string.Join('\n', alexnet.Output);
    }

    private static async Task<string> ErrorAsync(params string[] arguments)
    {
        await using var alexnet = AlexnetProcess.Start(arguments);
        Assert.Equal(ExitCodes.BadInput, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        return alexnet.Error;
    }

    private static async Task AssertRefusedAsync(params string[] arguments) =>
        Assert.Contains("'weights-1-of-2.safetensors' has SHA-256", await ErrorAsync(arguments), StringComparison.Ordinal);
}
