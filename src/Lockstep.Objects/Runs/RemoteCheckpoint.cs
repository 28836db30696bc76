using Lockstep.Objects.Store;

namespace Lockstep.Objects.Runs;

/// <summary>A checkpoint in a bucket.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Objects">Its files, and its manifest.</param>
public sealed record RemoteCheckpoint(long Step, IReadOnlyList<StoredObject> Objects);
