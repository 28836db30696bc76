using AlexNet.Testing;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Laws;

/// <summary>Law 3: a run repeats.</summary>
public sealed class RepetitionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 1)]
    public async Task The_same_run_twice_ends_in_bitwise_equal_weights(int replicas, int shards)
    {
        LongTests.Require(); // three steps of two shards are made twice in CompareTests
        string[] arguments =
        [
            "quickstart",
            "--batch",
            "32",
            "--steps",
            "15",
            "--replicas",
            $"{replicas}",
            "--shards",
            $"{shards}",
            "--factors",
            "never",
        ];
        await AssertEqualAsync(arguments, arguments);
    }

    [Fact]
    public async Task Shared_memory_and_gRPC_end_in_bitwise_equal_weights()
    {
        LongTests.Require();
        string[] arguments = ["quickstart", "--batch", "32", "--steps", "15", "--replicas", "2", "--shards", "2", "--factors", "always"];
        await AssertEqualAsync([.. arguments, "--transport", "grpc"], [.. arguments, "--transport", "shm"]);
        Assert.Contains("links: local, grpc, grpc, grpc", CoordinatorLog("first"), StringComparison.Ordinal);
        Assert.Contains("links: local, shm, shm, shm", CoordinatorLog("second"), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task AssertEqualAsync(string[] first, string[] second)
    {
        Assert.Equal(await SmallRun.LossesAsync(_folder["first"], first), await SmallRun.LossesAsync(_folder["second"], second));
        foreach (var (name, shape) in TensorComparison.Parameters(_folder["first"]))
            Assert.Equal(Final("first", name, shape), Final("second", name, shape));
    }

    private string CoordinatorLog(string run) => File.ReadAllText(Path.Combine(_folder[run], "logs", "coordinator.log"));

    private float[] Final(string run, string name, IReadOnlyList<long> shape) =>
        TensorComparison.Read(CheckpointFiles.Directory(_folder[run], 15), CheckpointFiles.Weights, name, shape);
}
