using Lockstep.Core.Metrics;

namespace Lockstep.Core.Runs;

/// <summary>One evaluation at the end of an epoch, as a run has recorded it.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Step">Updates done.</param>
/// <param name="Loss">Mean over the epoch's training steps.</param>
/// <param name="Metrics">What was measured over the test set.</param>
public sealed record EpochRecord(int Epoch, long Step, double Loss, MetricValues Metrics) : RecordedPoint(Step);
