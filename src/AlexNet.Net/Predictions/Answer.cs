namespace AlexNet.Net.Predictions;

/// <summary>What a net takes a sample for.</summary>
/// <param name="Label">The most probable class; of several that are equally probable, the lowest label.</param>
/// <param name="Confidence">Its probability, 0 to 1.</param>
public readonly record struct Answer(int Label, double Confidence)
{
    /// <summary>The answer to one sample; null where one of the scores is not a number.</summary>
    /// <param name="logProbabilities">The natural logarithm of each class's probability.</param>
    public static Answer? Of(ReadOnlySpan<double> logProbabilities)
    {
        if (!Ranking.IsDecided(logProbabilities))
            return null;
        int best = 0;
        for (int label = 1; label < logProbabilities.Length; label++)
        {
            if (logProbabilities[label] > logProbabilities[best])
                best = label;
        }

        return new(best, Math.Min(1, Math.Exp(logProbabilities[best]))); // rounding may leave a logarithm above zero
    }
}
