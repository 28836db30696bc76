using System.Diagnostics;
using Lockstep.Transport.Tests.Cluster;

namespace Lockstep.Transport.Tests.Mesh;

/// <summary>Real processes, real signals.</summary>
public class ProcessLossTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("grpc", 0)]
    [InlineData("grpc", 1)]
    [InlineData("shm", 0)]
    [InlineData("shm", 1)]
    [InlineData("arena", 0)]
    [InlineData("arena", 1)]
    public async Task AWorkerKilledDuringAnAllReduce_IsNamedByTheOtherWithinSeconds(string transport, int victim)
    {
        // 40 MB a step for far more steps than the test lives; the deadline alone would take a minute.
        await using var workers = await PeerProcesses.StartAsync(2, floats: 10_000_000, steps: 1_000_000, deadlineSeconds: 60, transport);
        await workers.ReadUntilAsync(1 - victim, "step 3").WaitAsync(Patience, TestContext.Current.CancellationToken);
        var watch = Stopwatch.StartNew();
        workers.Kill(victim);
        string lost = await workers.ReadUntilAsync(1 - victim, "lost ").WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
        Assert.Contains($"worker w{victim} (replica {victim}, shard 0), process 0 on localhost, was lost during reduce of step", lost);
        Assert.Contains("connection lost: ", lost);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("shm")]
    [InlineData("arena")]
    public async Task ThreeProcesses_ThatEndTogether_EndWell(string transport)
    {
        await using var workers = await PeerProcesses.StartAsync(3, floats: 200_000, steps: 20, deadlineSeconds: 60, transport);
        for (int rank = 0; rank < 3; rank++)
        {
            await workers.ReadUntilAsync(rank, "done").WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
    }
}
