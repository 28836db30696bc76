namespace Lockstep.Core.Runs;

/// <summary>One evaluation at the end of an epoch, as a run has recorded it.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Step">Updates done.</param>
/// <param name="TestLoss">Mean over the test set.</param>
/// <param name="Top1">Share of the test set whose class was the best, 0 to 1.</param>
/// <param name="Top5">Share of it whose class was among the five best.</param>
public sealed record EpochRecord(int Epoch, long Step, double TestLoss, double Top1, double Top5);
