using Lockstep.Coordinator.Turns;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Runs;

namespace Lockstep.Coordinator.Generations;

/// <summary>
/// What a generation that is about to be formed goes on from; where it changes meanwhile, what was prepared is of no use.
/// </summary>
/// <param name="Last">Number of the generation before; 0 for none.</param>
/// <param name="LiveStep">The step that survivors hold; null where a checkpoint is needed, or the run begins.</param>
/// <param name="GoesOn">The run has trained before.</param>
/// <param name="RecordedStep">The last step that is recorded.</param>
/// <param name="RecordedEpoch">The step of the last evaluation that is recorded.</param>
/// <param name="Saves">Checkpoints published so far, where one is needed: a newer one is better.</param>
/// <param name="Saved">The step of the newest checkpoint.</param>
internal sealed record GenerationNeed(long Last, long? LiveStep, bool GoesOn, long RecordedStep, long RecordedEpoch, int Saves, long Saved)
{
    /// <summary>The newest whole checkpoint is to be found, and every byte of it verified.</summary>
    public bool IsOfCheckpoint => GoesOn && LiveStep is null;
}

/// <summary>What was read from disk, before a generation is formed.</summary>
/// <param name="Need">What it was read for.</param>
/// <param name="Checkpoint">The newest whole one; null where none is needed, or there.</param>
/// <param name="Recorded">The metrics of the run up to the step that it goes on from; null for a run that begins.</param>
/// <param name="PeerToken">The secret of the generation's workers.</param>
internal sealed record Preparation(GenerationNeed Need, StoredCheckpoint? Checkpoint, RecordedMetrics? Recorded, string PeerToken);

/// <summary>What a generation needs is read from disk, in the background; the <see cref="Preparation"/> comes back.</summary>
internal sealed record Prepare(GenerationNeed Need) : RunEffect;

/// <summary>The run's files go on behind these records, and forget the rest.</summary>
internal sealed record KeepRecords(RecordedMetrics Recorded) : RunEffect;
