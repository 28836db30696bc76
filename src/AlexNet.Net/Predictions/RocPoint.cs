namespace AlexNet.Net.Predictions;

/// <summary>A point of a ROC curve.</summary>
/// <param name="Threshold">
/// A sample counts as positive where the probability of the positive class is this one or more; null for the point where none does.
/// </param>
/// <param name="FalsePositives">The share of the negative samples that count as positive, 0 to 1.</param>
/// <param name="TruePositives">The share of the positive samples that count as positive, 0 to 1.</param>
public sealed record RocPoint(double? Threshold, double FalsePositives, double TruePositives);
