using Lockstep.Coordinator.Turns;

namespace Lockstep.Coordinator.Checkpoints;

/// <summary>A checkpoint is verified and gets its manifest, in the background; what has become of it comes back.</summary>
internal sealed record Publish(GatheredCheckpoint Checkpoint) : RunEffect;

/// <summary>The files that a generation has gathered for a step are deleted, in the background: no checkpoint will come of them.</summary>
internal sealed record Discard(long Step, long Generation) : RunEffect;
