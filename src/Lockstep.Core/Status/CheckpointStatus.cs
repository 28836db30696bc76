namespace Lockstep.Core.Status;

/// <summary>A checkpoint of a run.</summary>
/// <param name="Step">Updates that its weights have seen.</param>
/// <param name="State">whole, unfinished or damaged; hashes are not read.</param>
/// <param name="Bytes">The bytes of all its files.</param>
/// <param name="Written">When.</param>
/// <param name="Top1">Its own evaluation, where it has one.</param>
/// <param name="IsBest">Its own evaluation is the best of those that are kept.</param>
/// <param name="Name">The name of its directory.</param>
public sealed record CheckpointStatus(long Step, string State, long Bytes, DateTimeOffset Written, double? Top1, bool IsBest, string Name);
