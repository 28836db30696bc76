using Lockstep.Coordinator.Turns;
using Lockstep.Protocol.V1;
using Member = Lockstep.Core.Plans.Member;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Checkpoints;

/// <summary>
/// Gathers what the workers of a generation say they have saved of one step, and compares the replicas' weights (law 7). It touches no
/// file.
/// </summary>
internal sealed class PartCollector(Turn turn)
{
    private readonly Dictionary<long, Saved?[]> _open = [];
    private long _told; // the newest step of this generation of which all parts were told

    /// <summary>Whether a checkpoint is incomplete.</summary>
    public bool IsOpen => _open.Count > 0;

    /// <summary>Takes a worker's part. Returns the checkpoint's parts once all are there.</summary>
    public IReadOnlyList<Saved>? Add(Plan plan, int rank, Saved part)
    {
        if (part.Step <= _told)
            return null; // told again, to a coordinator that was started again
        if (!_open.TryGetValue(part.Step, out var parts))
            _open[part.Step] = parts = new Saved?[plan.Members.Count];
        parts[rank] = part;
        if (parts.Any(p => p is null))
            return null;
        _open.Remove(part.Step);
        // each worker tells its saves in order: these have lost a part
        foreach (long older in _open.Keys.Where(s => s < part.Step).ToList())
            Drop(older, plan);
        _told = part.Step;
        return [.. parts.OfType<Saved>()];
    }

    /// <summary>The generation has ended: what it has not completed it never will.</summary>
    public void Abandon(Plan plan)
    {
        foreach (long step in _open.Keys.ToList())
            Drop(step, plan);
        _told = 0;
    }

    /// <summary>Goes on with a generation that an earlier coordinator led.</summary>
    /// <param name="saved">The newest step of it that is a checkpoint; 0 for none.</param>
    public void GoOn(long saved) => _told = saved;

    /// <summary>The slots whose weights differ from those of the first replica; none if all agree.</summary>
    public static IReadOnlyList<Member> Drifted(Plan plan, IReadOnlyList<Saved> parts)
    {
        // one that could not save has no hash, and is told as a problem
        bool Differ(string own, string first) => own.Length > 0 && first.Length > 0 && own != first;
        return
        [
            .. plan.Members.Where(m =>
                Differ(parts[m.Rank].WeightsHash, parts[m.Slot.Shard].WeightsHash) || Differ(parts[m.Rank].CommonHash, parts[0].CommonHash)
            ),
        ];
    }

    private void Drop(long step, Plan plan)
    {
        _open.Remove(step);
        turn.Do(new Discard(step, plan.Generation));
    }
}
