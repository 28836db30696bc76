using Lockstep.Core.Collectives;
using Lockstep.Core.Plans;
using Lockstep.Transport.Mesh;

namespace Lockstep.Transport.Tests.Cluster;

/// <summary>Linked workers with servers and sockets of their own, in one process.</summary>
internal sealed class MeshCluster : IAsyncDisposable
{
    private readonly List<PeerHost> _hosts = [];

    public List<PeerMesh> Meshes { get; } = [];

    public Plan Plan { get; private set; } = TestPlans.Of(["none"]);

    public IReadOnlyList<PeerHost> Hosts => _hosts;

    public static async Task<MeshCluster> StartAsync(
        int size,
        TimeSpan? deadline = null,
        bool connect = true,
        Action<PeerTransportOptions>? configure = null,
        PeerTransport transport = PeerTransport.Grpc
    )
    {
        MeshCluster cluster = new();
        for (int rank = 0; rank < size; rank++)
        {
            cluster._hosts.Add(
                await PeerHost.StartAsync(options =>
                {
                    options.Transport = transport;
                    configure?.Invoke(options);
                })
            );
        }

        // those that are linked here wait for each other as long as a busy machine needs
        cluster.Plan = TestPlans.Of([.. cluster._hosts.Select(h => h.Address)], deadline: connect ? null : deadline);
        for (int rank = 0; rank < size; rank++)
        {
            cluster.Meshes.Add(new PeerMesh(cluster.Plan, rank, TestPlans.Token, cluster._hosts[rank].Router));
        }

        if (connect)
        {
            await Task.WhenAll(cluster.Meshes.Select(m => m.ConnectAsync(CancellationToken.None)));
            foreach (var mesh in cluster.Meshes)
                mesh.Deadline = deadline ?? mesh.Deadline;
        }

        return cluster;
    }

    /// <summary>The collectives of all workers, by rank.</summary>
    public ICollectives[] Groups() => [.. Meshes.Select(m => m.Group(Plan.Topology.AllRanks))];

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Meshes.Select(m => m.DisposeAsync().AsTask()));
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        Assert.Empty(_hosts.SelectMany(h => h.Errors.Entries));
    }
}
