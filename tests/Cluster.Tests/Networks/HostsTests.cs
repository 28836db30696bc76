using AlexNet.Testing;
using Cluster.Tests.Recovery;

namespace Cluster.Tests.Networks;

/// <summary>Workers on several hosts, with latency and losses between them, compute what they compute on one machine.</summary>
public sealed class HostsTests(UndisturbedRuns undisturbed) : IDisposable
{
    private const int Replicas = 2,
        Shards = 2,
        Workers = Replicas * Shards,
        Steps = 8; // of those that the run on one machine makes
    private const double Loss = 0.01;

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(5);
    private static readonly string[] Recipe =
    [
        .. RecoveryRun.Recipe,
        $"training.steps={Steps}",
        $"layout.replicas={Replicas}",
        $"layout.shards={Shards}",
    ];

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    public async Task Workers_on_hosts_far_apart_train_to_the_losses_of_one_machine(int hosts)
    {
        LongTests.Require();
        string? why = await VirtualNetwork.WhyUnavailableAsync();
        Assert.SkipWhen(why is not null, why ?? "");
        int[] hostOfWorker = [.. Enumerable.Range(0, Workers).Select(rank => rank * hosts / Workers)];

        await using (var network = await VirtualNetwork.CreateAsync(hosts, Delay, Loss))
        await using (var run = await HostedRun.StartAsync(network, _folder["hosts"], Recipe, hostOfWorker))
        {
            await run.FinishAsync(SmallRun.Deadline);
            Assert.True(network.FramesLost > 0);
            for (int rank = 0; rank < Workers; rank++)
                Assert.Matches($@"Worker w{rank}, .* links: {Links(rank, hostOfWorker)}\n", run.Log + '\n');
        }

        Assert.Equal((await undisturbed.OfAsync(Replicas, Shards)).Losses.Take(Steps), TrainedState.LossesOf(_folder["hosts"]));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Namespaces on one machine share <c>/dev/shm</c>, but a worker of another host must not be taken for a neighbour.</summary>
    private static string Links(int rank, int[] hostOfWorker) =>
        string.Join(
            ", ",
            hostOfWorker.Select(
                (host, peer) =>
                    peer == rank ? "local"
                    : host == hostOfWorker[rank] ? "shm"
                    : "grpc"
            )
        );
}
