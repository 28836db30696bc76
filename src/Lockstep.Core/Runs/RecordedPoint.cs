namespace Lockstep.Core.Runs;

/// <summary>A line of a run's metrics: a step, or the evaluation at the end of an epoch.</summary>
/// <param name="Step">Updates done.</param>
public abstract record RecordedPoint(long Step);
