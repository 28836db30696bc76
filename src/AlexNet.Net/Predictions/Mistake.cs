namespace AlexNet.Net.Predictions;

/// <summary>A sample that was taken for another class.</summary>
/// <param name="Index">The sample's place in its set.</param>
/// <param name="Actual">The label of its true class.</param>
/// <param name="Answer">What it was taken for.</param>
public readonly record struct Mistake(int Index, int Actual, Answer Answer)
{
    /// <summary>The mistakes of which the net was most certain, the most certain first; of equals, the lower index.</summary>
    /// <param name="mistakes">All mistakes, in any order.</param>
    /// <param name="count">The most that are returned.</param>
    public static IReadOnlyList<Mistake> Worst(IEnumerable<Mistake> mistakes, int count) =>
        [.. mistakes.OrderByDescending(m => m.Answer.Confidence).ThenBy(m => m.Index).Take(count)];
}
