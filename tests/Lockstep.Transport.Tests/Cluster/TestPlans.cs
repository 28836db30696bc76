using Lockstep.Core.Plans;
using Lockstep.Core.Topology;

namespace Lockstep.Transport.Tests.Cluster;

internal static class TestPlans
{
    public const string Token = "the run's secret";

    /// <summary>A plan of one replica per worker; the deadline is long unless a test is about it.</summary>
    public static Plan Of(IReadOnlyList<string> addresses, long generation = 3, TimeSpan? deadline = null)
    {
        RunTopology topology = new(addresses.Count, 1);
        Member[] members =
        [
            .. addresses.Select((a, rank) => new Member(rank, topology.SlotOf(rank), $"w{rank}", $"node-{rank}", 4711 + rank, a)),
        ];
        return new("run-1", generation, topology, members, 0, deadline ?? TimeSpan.FromSeconds(60));
    }
}
