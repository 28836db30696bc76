namespace AlexNet.Net.Predictions;

/// <summary>
/// Whether a net is right as often as it says: of the answers that are given with a confidence of 80%, 80% should be right. The expected
/// calibration error is the mean distance between confidence and accuracy over bins of equal width, weighted by their samples (Guo, Pleiss,
/// Sun, Weinberger 2017, section 2).
/// </summary>
/// <param name="bins">The number of bins; the paper has 15.</param>
public sealed class Calibration(int bins = Calibration.DefaultBins)
{
    /// <summary>The number of bins in the paper.</summary>
    public const int DefaultBins = 15;

    private readonly int[] _samples = new int[bins],
        _right = new int[bins];
    private readonly double[] _confidence = new double[bins]; // sums

    /// <summary>The bins, from the lowest confidence to the highest.</summary>
    public IReadOnlyList<CalibrationBin> Bins => [.. Enumerable.Range(0, bins).Select(BinOf)];

    /// <summary>The expected calibration error, 0 to 1; NaN without a sample. A bin's weight cancels the count in its means.</summary>
    public double Error => Enumerable.Range(0, bins).Sum(b => Math.Abs(_right[b] - _confidence[b])) / _samples.Sum();

    /// <summary>The mean confidence, 0 to 1; NaN without a sample.</summary>
    public double Confidence => _confidence.Sum() / _samples.Sum();

    /// <summary>The share of the samples whose answer is right, 0 to 1; NaN without a sample.</summary>
    public double Accuracy => (double)_right.Sum() / _samples.Sum();

    /// <summary>Counts one answer.</summary>
    /// <param name="confidence">The probability of the answer, 0 to 1.</param>
    /// <param name="isRight">Whether it is the sample's class.</param>
    public void Add(double confidence, bool isRight)
    {
        int bin = 0;
        while (bin < bins - 1 && confidence > Edge(bin + 1))
            bin++;
        _samples[bin]++;
        _right[bin] += isRight ? 1 : 0;
        _confidence[bin] += confidence;
    }

    private CalibrationBin BinOf(int bin) =>
        _samples[bin] is > 0 and var samples
            ? new(Edge(bin), Edge(bin + 1), samples, _confidence[bin] / samples, (double)_right[bin] / samples)
            : new(Edge(bin), Edge(bin + 1), 0, null, null);

    private double Edge(int bin) => (double)bin / bins;
}
