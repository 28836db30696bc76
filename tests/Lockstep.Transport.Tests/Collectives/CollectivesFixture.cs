using Lockstep.Core.Collectives;
using Lockstep.Transport.Collectives;
using Lockstep.Transport.Mesh;
using Lockstep.Transport.Tests.Cluster;

namespace Lockstep.Transport.Tests.Collectives;

/// <summary>The members of one group, for a whole test class.</summary>
/// <param name="size">Number of members.</param>
/// <param name="transport">What links them.</param>
/// <param name="arena">Whether what is all-reduced lies in shared memory.</param>
public abstract class CollectivesFixture(int size, PeerTransport transport = PeerTransport.Grpc, bool arena = false) : IAsyncLifetime
{
    private MeshCluster? _cluster;

    public int Size => size;

    public IReadOnlyList<int> Ranks => [.. Enumerable.Range(0, size)];

    public ICollectives[] Members { get; private set; } = [];

    /// <summary>Where the values of an all-reduce lie: a member's mesh, or ordinary memory.</summary>
    internal PeerMesh? ArenaOf(int rank) => arena ? _cluster?.Meshes[rank] : null;

    public async ValueTask InitializeAsync()
    {
        _cluster = size == 1 ? null : await MeshCluster.StartAsync(size, transport: transport);
        Members = _cluster?.Groups() ?? [new LocalCollectives()];
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Runs every member on a thread of its own, as a training thread is.</summary>
    public void RunAll(Action<int, ICollectives> member)
    {
        Task[] members =
        [
            .. Members.Select(
                (collectives, rank) =>
                    Task.Factory.StartNew(() => member(rank, collectives), default, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            ),
        ];
        Task.WaitAll(members);
    }
}
