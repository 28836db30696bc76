using Lockstep.Core.Plans;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Membership;

/// <summary>
/// Says who keeps whose part of the net, where each part exists once. All keep the part of the worker that is as many ranks before them, so
/// each keeps one; how many is chosen so that as many as possible keep a part of another host.
/// </summary>
public static class KeeperAssigner
{
    /// <param name="topology">The plan's.</param>
    /// <param name="members">The workers, in rank order.</param>
    /// <param name="step">The step that the generation starts from.</param>
    /// <param name="generation">The generation that has ended; what was kept in an older one is not used.</param>
    /// <returns>One for each rank; none where parts exist more than once, or there is one worker.</returns>
    public static IReadOnlyList<Keeper> Assign(RunTopology topology, IReadOnlyList<WorkerSnapshot> members, long step, long generation)
    {
        if (topology.Replicas > 1 || members.Count < 2)
            return [];
        int distance = Enumerable.Range(1, members.Count - 1).MaxBy(d => OnOtherHosts(members, d));
        return
        [
            .. topology.AllRanks.Select(rank =>
            {
                int keeper = (rank + distance) % members.Count;
                var standing = members[keeper].Standing is { } s && s.Generation == generation && s.Shards == topology.Shards ? s : null;
                return new Keeper(keeper, standing?.Keeps(topology.SlotOf(rank).Shard, step) ?? false);
            }),
        ];
    }

    private static int OnOtherHosts(IReadOnlyList<WorkerSnapshot> members, int distance) =>
        Enumerable.Range(0, members.Count).Count(rank => members[rank].Host != members[(rank + distance) % members.Count].Host);
}
