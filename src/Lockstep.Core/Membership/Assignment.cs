namespace Lockstep.Core.Membership;

/// <summary>Who fills which slot in a new generation, and where each takes its weights from.</summary>
/// <param name="Members">In rank order.</param>
/// <param name="Donors">For each rank, the rank whose weights it takes, its own where it goes on with those it has; null where all start
/// from a checkpoint.</param>
/// <param name="Step">The updates that the donors' weights have seen; 0 without donors.</param>
public sealed record Assignment(IReadOnlyList<WorkerSnapshot> Members, IReadOnlyList<int>? Donors, long Step);
