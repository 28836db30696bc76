namespace AlexNet.Net.Predictions;

/// <summary>
/// The means over the classes (macro averages), in which a rare class weighs as much as a common one. Every class that has samples or was
/// predicted takes part, and what it does not have counts as 0, as scikit-learn has it by default: a net that never predicts a class gains
/// nothing by that.
/// </summary>
/// <param name="Classes">The classes that take part.</param>
/// <param name="Recall">0 to 1; NaN without a class.</param>
/// <param name="Precision">0 to 1; NaN without a class.</param>
/// <param name="F1">0 to 1; NaN without a class.</param>
public sealed record ClassAverages(int Classes, double Recall, double Precision, double F1)
{
    /// <param name="results">One for each class.</param>
    public static ClassAverages Of(IReadOnlyList<ClassResult> results)
    {
        var counted = results.Where(r => r.F1 is not null).ToList();
        return new(counted.Count, Mean(r => r.Recall), Mean(r => r.Precision), Mean(r => r.F1));

        double Mean(Func<ClassResult, double?> value) => counted.Sum(r => value(r) ?? 0) / counted.Count;
    }
}
