namespace AlexNet.Net.Predictions;

/// <summary>How often samples of each class were taken for each class.</summary>
public sealed class ConfusionMatrix(int classes)
{
    private readonly int[] _counts = new int[checked(classes * classes)]; // true class x predicted class
    private readonly int[] _undecided = new int[classes]; // of each true class

    public int Classes => classes;

    /// <summary>Samples of the class <paramref name="actual"/> that were taken for <paramref name="predicted"/>.</summary>
    public int this[int actual, int predicted] => _counts[actual * classes + predicted];

    /// <summary>Counts one sample.</summary>
    /// <param name="actual">Its class.</param>
    /// <param name="predicted">What it was taken for; null where the net had no answer.</param>
    public void Add(int actual, int? predicted)
    {
        if (predicted is { } answer)
            _counts[actual * classes + answer]++;
        else
            _undecided[actual]++;
    }

    /// <summary>What a class was taken for, class by class.</summary>
    public ReadOnlySpan<int> RowOf(int actual) => _counts.AsSpan(actual * classes, classes);

    /// <summary>Samples of a class, those without an answer among them.</summary>
    public int SamplesOf(int actual) => _undecided[actual] + Sum(RowOf(actual));

    /// <summary>Samples that were taken for a class, rightly or not.</summary>
    public int PredictionsOf(int predicted)
    {
        int sum = 0;
        for (int actual = 0; actual < classes; actual++)
            sum += this[actual, predicted];
        return sum;
    }

    private static int Sum(ReadOnlySpan<int> counts)
    {
        int sum = 0;
        foreach (int count in counts)
            sum += count;
        return sum;
    }
}
