namespace Lockstep.Core.Status;

/// <summary>A checkpoint of a run.</summary>
/// <param name="Step">Updates that its weights have seen.</param>
/// <param name="State">whole, unfinished or damaged; hashes are not read.</param>
/// <param name="Bytes">The bytes of all its files.</param>
/// <param name="Written">When.</param>
/// <param name="Value">What its own evaluation says of the run's objective; null where it has none.</param>
/// <param name="IsBest">Its own evaluation is the best of those that are kept.</param>
/// <param name="Name">The name of its directory.</param>
public sealed record CheckpointStatus(long Step, string State, long Bytes, DateTimeOffset Written, double? Value, bool IsBest, string Name);
