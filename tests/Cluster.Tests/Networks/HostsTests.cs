using System.Text.Json;
using AlexNet.Testing;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Networks;

/// <summary>Workers on several hosts, with latency and losses between them, compute what they compute on one machine.</summary>
public sealed class HostsTests : IDisposable
{
    private const int Workers = 4;
    private const double Loss = 0.01;

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(5);
    private static readonly string[] Recipe =
    [
        "layout.replicas=2",
        "layout.shards=2",
        "layout.factors=always",
        "training.batch=16",
        "training.steps=8",
        "data.generated.train=400",
        "data.generated.test=70",
    ];

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    public async Task Workers_on_hosts_far_apart_train_to_the_losses_of_one_machine(int hosts)
    {
        if (hosts == 2)
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

        await using (
            var alexnet = AlexnetProcess.Train(
                _folder["machine"],
                ["quickstart", "--threads", "1", "--transport", "grpc", .. Recipe.SelectMany(setting => new[] { "--set", setting })]
            )
        )
        {
            await alexnet.FinishAsync(SmallRun.Deadline);
        }

        var losses = Losses("hosts");
        Assert.Equal(8, losses.Count);
        Assert.Equal(Losses("machine"), losses);
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

    private List<double> Losses(string run) =>
        [
            .. File.ReadLines(Path.Combine(_folder[run], CheckpointFiles.Metrics))
                .Select(line => JsonElement.Parse(line))
                .Where(line => line.GetProperty("event").GetString() == "step")
                .Select(line => line.GetProperty("loss").GetDouble()),
        ];
}
