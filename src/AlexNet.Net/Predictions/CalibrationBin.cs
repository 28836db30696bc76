namespace AlexNet.Net.Predictions;

/// <summary>The samples whose answers are about equally confident.</summary>
/// <param name="From">The bin holds confidences above this one; the first holds 0 as well.</param>
/// <param name="To">The highest confidence that the bin holds.</param>
/// <param name="Samples">The number of samples.</param>
/// <param name="Confidence">The mean of their answers' probabilities; null where the bin is empty.</param>
/// <param name="Accuracy">The share of them whose answer is right; null where the bin is empty.</param>
public sealed record CalibrationBin(double From, double To, int Samples, double? Confidence, double? Accuracy);
