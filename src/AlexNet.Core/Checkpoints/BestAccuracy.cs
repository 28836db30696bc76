namespace AlexNet.Core.Checkpoints;

/// <summary>The best evaluation of a run so far.</summary>
/// <param name="Top1">Share of the test set that was classified right, 0 to 1.</param>
/// <param name="Step">Updates done when it was reached.</param>
public sealed record BestAccuracy(double Top1, long Step);
