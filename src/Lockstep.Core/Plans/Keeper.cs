namespace Lockstep.Core.Plans;

/// <summary>The worker that holds another's part of the net beside its own, so that the other's loss costs nothing.</summary>
/// <param name="Rank">The keeper's.</param>
/// <param name="Holds">It has the part at the plan's start step already, and needs it from nobody.</param>
public readonly record struct Keeper(int Rank, bool Holds);
