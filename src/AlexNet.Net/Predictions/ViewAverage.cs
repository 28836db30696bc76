namespace AlexNet.Net.Predictions;

/// <summary>
/// The mean of the softmax probabilities over several views of the same samples (Krizhevsky, Sutskever, Hinton 2012, section 4.1). Added up
/// as logarithms, so that no probability is too small for it; the mean of one view is that view.
/// </summary>
/// <param name="views">How many of each sample.</param>
public sealed class ViewAverage(int views)
{
    private double[] _sum = []; // logarithms of the sums so far
    private int _seen;

    /// <summary>Adds one view of each sample.</summary>
    /// <param name="logProbabilities">samples x classes: the natural logarithm of each probability. All views of the samples have as
    /// many.</param>
    /// <returns>With the last view the logarithms of the means, samples x classes; null before it. Then the next samples may
    /// come.</returns>
    public double[]? Add(ReadOnlySpan<float> logProbabilities)
    {
        if (_seen == 0)
        {
            _sum = new double[logProbabilities.Length];
            Array.Fill(_sum, double.NegativeInfinity);
        }
        for (int i = 0; i < _sum.Length; i++)
            _sum[i] = LogOfSum(_sum[i], logProbabilities[i]);
        if (++_seen < views)
            return null;
        _seen = 0;
        double logViews = Math.Log(views);
        return [.. _sum.Select(sum => sum - logViews)];
    }

    /// <summary>ln(e^a + e^b).</summary>
    private static double LogOfSum(double a, double b)
    {
        var (less, more) = a < b ? (a, b) : (b, a); // NaN stays NaN in either place
        return double.IsNegativeInfinity(less) ? more : more + Math.Log(1 + Math.Exp(less - more));
    }
}
