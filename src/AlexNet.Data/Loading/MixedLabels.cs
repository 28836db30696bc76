namespace AlexNet.Data.Loading;

/// <summary>Second labels of a batch's samples.</summary>
/// <param name="Others">The label of the image that each sample is mixed with; its own where it is not mixed.</param>
/// <param name="Shares">The share of each sample's own label, 0 to 1; the rest is the other's.</param>
public sealed record MixedLabels(long[] Others, float[] Shares);
