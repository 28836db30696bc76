namespace Lockstep.Storage.Comparing;

/// <summary>How the numbers that two runs have recorded by step compare, such as their losses.</summary>
/// <param name="Points">The numbers of every step that both have, in order.</param>
/// <param name="OnlyInOne">The steps that only the first run has, in order.</param>
/// <param name="OnlyInOther">The steps that only the second run has, in order.</param>
public sealed record SeriesComparison(IReadOnlyList<PointDifference> Points, IReadOnlyList<long> OnlyInOne, IReadOnlyList<long> OnlyInOther)
{
    /// <summary>Whether both runs have the same steps, with the same numbers bit for bit.</summary>
    public bool IsEqual => Different == 0 && HaveSameSteps;

    /// <summary>Whether no step is in one run alone.</summary>
    public bool HaveSameSteps => OnlyInOne.Count == 0 && OnlyInOther.Count == 0;

    /// <summary>How many steps have different numbers.</summary>
    public int Different { get; } = Points.Count(p => !p.IsNone);

    /// <summary>The first step with different numbers; null where there is none.</summary>
    public PointDifference? First { get; } = Points.FirstOrDefault(p => !p.IsNone);

    /// <summary>The first step of those with the largest absolute difference; null where no number differs.</summary>
    public PointDifference? LargestAbsolute { get; } = Points.Where(p => !p.IsNone).MaxBy(p => p.Absolute);

    /// <summary>The first step of those with the largest relative difference; null where no number differs.</summary>
    public PointDifference? LargestRelative { get; } = Points.Where(p => !p.IsNone).MaxBy(p => p.Relative);

    /// <summary>Compares two series. Where a series has a step twice, its last number counts.</summary>
    public static SeriesComparison Of(IEnumerable<(long Step, double Value)> one, IEnumerable<(long Step, double Value)> other)
    {
        var (first, second) = (ByStep(one), ByStep(other));
        return new(
            [.. first.Where(p => second.ContainsKey(p.Key)).Select(p => new PointDifference(p.Key, p.Value, second[p.Key]))],
            [.. first.Keys.Where(step => !second.ContainsKey(step))],
            [.. second.Keys.Where(step => !first.ContainsKey(step))]
        );
    }

    /// <summary>Whether no number differs by more than a part of the greater one.</summary>
    public bool IsWithin(double tolerance) => LargestRelative is null || LargestRelative.Relative <= tolerance;

    private static SortedDictionary<long, double> ByStep(IEnumerable<(long Step, double Value)> series)
    {
        var values = new SortedDictionary<long, double>();
        foreach (var (step, value) in series)
            values[step] = value;
        return values;
    }
}
