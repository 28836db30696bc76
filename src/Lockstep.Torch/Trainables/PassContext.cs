namespace Lockstep.Torch.Trainables;

/// <summary>What a pass over the net needs to know beside its input.</summary>
/// <param name="Training">Whether dropout applies.</param>
/// <param name="Step">Keys the dropout masks.</param>
/// <param name="Samples">Data set index of each sample of the batch; keys the dropout masks, so that placement does not change
/// them.</param>
/// <param name="MicroBatch">The number of this micro-batch within the step, from 0; keeps the names of its exchanges apart.</param>
public sealed record PassContext(bool Training, long Step, ReadOnlyMemory<int> Samples, int MicroBatch = 0);
