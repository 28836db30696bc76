namespace Lockstep.Core.Runs;

/// <summary>One step, as a run has recorded it.</summary>
/// <param name="Step">Counted from 1.</param>
/// <param name="Loss">Mean over the global batch.</param>
/// <param name="Rate">The learning rate.</param>
public sealed record StepRecord(long Step, double Loss, double Rate);
