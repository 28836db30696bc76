namespace AlexNet.Net.Predictions;

/// <summary>How well one class is recognised.</summary>
/// <param name="Index">The label.</param>
/// <param name="Name">A word for people.</param>
/// <param name="Samples">The samples of this class.</param>
/// <param name="Recall">Share of its samples that were taken for it; null where it has none.</param>
/// <param name="Precision">Share of those taken for it that were of it; null where none was.</param>
/// <param name="F1">
/// The harmonic mean of recall and precision, where an undefined one counts as 0; null where the class has neither samples nor predictions.
/// </param>
/// <param name="Confusion">The class that its samples were most often taken for wrongly; null where none was.</param>
public sealed record ClassResult(int Index, string Name, int Samples, double? Recall, double? Precision, double? F1, Confusion? Confusion)
{
    /// <summary>One result for each class, in the order of their labels.</summary>
    /// <param name="matrix">What was counted.</param>
    /// <param name="names">One for each class.</param>
    public static IReadOnlyList<ClassResult> Of(ConfusionMatrix matrix, IReadOnlyList<string> names) =>
        [.. Enumerable.Range(0, matrix.Classes).Select(index => Of(matrix, names, index))];

    private static ClassResult Of(ConfusionMatrix matrix, IReadOnlyList<string> names, int index)
    {
        var (samples, predictions, right) = (matrix.SamplesOf(index), matrix.PredictionsOf(index), matrix[index, index]);
        return new(
            index,
            names[index],
            samples,
            Share(right, samples),
            Share(right, predictions),
            Share(2 * right, samples + predictions), // which is 2 r p / (r + p), and defined where one of them is not
            MostConfused(matrix, names, index)
        );
    }

    private static double? Share(int part, int whole) => whole == 0 ? null : (double)part / whole;

    /// <summary>Of several that are confused equally often, the first.</summary>
    private static Confusion? MostConfused(ConfusionMatrix matrix, IReadOnlyList<string> names, int index)
    {
        var row = matrix.RowOf(index);
        int other = -1;
        for (int predicted = 0; predicted < row.Length; predicted++)
        {
            if (predicted != index && row[predicted] > (other < 0 ? 0 : row[other]))
                other = predicted;
        }

        return other < 0 ? null : new Confusion(other, names[other], row[other]);
    }
}
