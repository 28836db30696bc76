namespace AlexNet.Net.Predictions;

/// <summary>Adds up what a net says of labelled samples. A sample without an answer (NaN) is wrong, and has no loss.</summary>
public sealed class PredictionTally(int classes)
{
    private const int Five = 5;

    private double _lossSum;

    public ConfusionMatrix Confusion { get; } = new(classes);

    public int Samples { get; private set; }

    /// <summary>Samples whose class was the best.</summary>
    public int Top1Hits { get; private set; }

    /// <summary>Samples whose class was among the five best.</summary>
    public int Top5Hits { get; private set; }

    /// <summary>Samples of which the net said nothing that is a number.</summary>
    public int Undecided { get; private set; }

    /// <summary>
    /// Mean of minus the logarithm of the true class's probability, over the samples that have an answer; NaN without one.
    /// </summary>
    public double Loss => _lossSum / (Samples - Undecided);

    public double Top1 => (double)Top1Hits / Samples;

    public double Top5 => (double)Top5Hits / Samples;

    /// <param name="logProbabilities">The natural logarithm of each class's probability.</param>
    /// <param name="label">The true class.</param>
    public void Add(ReadOnlySpan<double> logProbabilities, int label)
    {
        Samples++;
        if (Answer.Of(logProbabilities) is not { } answer)
        {
            Undecided++;
            Confusion.Add(label, null);
            return;
        }
        Top1Hits += answer.Label == label ? 1 : 0;
        Top5Hits += Ranking.PlaceOf(label, logProbabilities) < Five ? 1 : 0;
        _lossSum -= logProbabilities[label];
        Confusion.Add(label, answer.Label);
    }
}
