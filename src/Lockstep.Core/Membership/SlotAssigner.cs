using System.Text.RegularExpressions;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Membership;

/// <summary>
/// Fills the slots of a generation. 1. The step to go on from is the highest that any survivor has applied (law 5), or, where a shard of
/// that step is lost, the highest of which every shard has been copied. 2. Survivors that hold
/// a shard at that step keep it, in the slot they had if they can. 3. The other slots go to the others, in the order of their names. 4.
/// Each newcomer takes its weights from a survivor with the same shard, or from one that keeps that shard beside its own; where nobody has
/// it, everybody starts from a checkpoint, because half a net never trains.
/// </summary>
public static partial class SlotAssigner
{
    private const int LongestNumber = 20; // digits; a longer one sorts as text

    /// <param name="topology">The slots to fill.</param>
    /// <param name="generation">The generation that has ended; the state of an older one is not used. 0 before the first.</param>
    /// <param name="available">The workers to choose from, at least as many as there are slots.</param>
    /// <param name="saved">The step of the newest checkpoint, which is better than an older copy.</param>
    public static Assignment Assign(RunTopology topology, long generation, IReadOnlyList<WorkerSnapshot> available, long saved = 0)
    {
        var standing = available.Where(w => w.Standing is { } s && s.Generation == generation && s.Shards == topology.Shards).ToList();
        long applied = standing.Select(w => Of(w).Applied).DefaultIfEmpty().Max();
        var copies = standing.Select(w => Of(w).Copy).OfType<long>().Where(copy => copy >= saved && copy < applied);
        var attempts = copies.Distinct().OrderDescending().Prepend(applied).Select(step => Assign(topology, standing, available, step));
        return attempts.FirstOrDefault(a => a.Donors is not null) ?? Assign(topology, standing, available, applied);
    }

    private static Assignment Assign(
        RunTopology topology,
        List<WorkerSnapshot> standing,
        IReadOnlyList<WorkerSnapshot> available,
        long step
    )
    {
        var survivors = standing.Where(w => Of(w).Reaches(step)).ToList();
        var slots = new WorkerSnapshot?[topology.Workers];
        Keep(topology, survivors, slots);
        Fill(slots, InNameOrder(available.Except(slots.OfType<WorkerSnapshot>())));
        WorkerSnapshot[] members = [.. slots.OfType<WorkerSnapshot>()];
        int[] donors = [.. topology.AllRanks.Select(rank => Donor(topology, members, survivors, rank, step))];
        return donors.All(donor => donor >= 0) ? new(members, donors, step) : new(members, null, 0);
    }

    /// <summary>
    /// The order of newcomers: by name, so that the same workers fill the same slots however they race to join. Numbers in names count as
    /// numbers: w2 comes before w10, and node-a-10 before node-b-2.
    /// </summary>
    public static IEnumerable<WorkerSnapshot> InNameOrder(IEnumerable<WorkerSnapshot> workers) =>
        workers
            .OrderBy(w => Number().Replace(w.Id, n => n.Value.PadLeft(LongestNumber, '0')), StringComparer.Ordinal)
            .ThenBy(w => w.Id, StringComparer.Ordinal);

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();

    private static void Keep(RunTopology topology, List<WorkerSnapshot> survivors, WorkerSnapshot?[] slots)
    {
        foreach (
            var worker in survivors.Where(w => w.Rank is { } rank && rank < slots.Length && topology.SlotOf(rank).Shard == Of(w).Shard)
        )
        {
            slots[worker.Rank ?? 0] = worker;
        }

        foreach (var worker in InNameOrder(survivors.Except(slots.OfType<WorkerSnapshot>())))
        {
            int free = topology.AllRanks.FirstOrDefault(rank => slots[rank] is null && topology.SlotOf(rank).Shard == Of(worker).Shard, -1);
            if (free >= 0)
                slots[free] = worker;
        }
    }

    private static void Fill(WorkerSnapshot?[] slots, IEnumerable<WorkerSnapshot> others)
    {
        using var next = others.GetEnumerator();
        for (int rank = 0; rank < slots.Length; rank++)
        {
            if (slots[rank] is null && next.MoveNext())
                slots[rank] = next.Current;
        }
    }

    /// <summary>The rank that a rank takes its weights from; -1 where no member has them.</summary>
    private static int Donor(RunTopology topology, WorkerSnapshot[] members, List<WorkerSnapshot> survivors, int rank, long step)
    {
        int shard = topology.SlotOf(rank).Shard;
        bool Holds(int other) => survivors.Contains(members[other]) && Of(members[other]).Holds(shard, step);
        bool Keeps(int other) => survivors.Contains(members[other]) && Of(members[other]).Keeps(shard, step);
        if (Holds(rank))
            return rank;
        int holder = topology.AllRanks.FirstOrDefault(Holds, -1);
        return holder >= 0 ? holder : topology.AllRanks.FirstOrDefault(Keeps, -1);
    }

    private static Standing Of(WorkerSnapshot worker) =>
        worker.Standing ?? throw new InvalidOperationException($"worker {worker.Id} has no standing.");
}
