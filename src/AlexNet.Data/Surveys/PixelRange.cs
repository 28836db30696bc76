namespace AlexNet.Data.Surveys;

/// <summary>How lengths are distributed, in pixels.</summary>
/// <param name="Least">The smallest.</param>
/// <param name="Median">The middle one.</param>
/// <param name="Greatest">The largest.</param>
public readonly record struct PixelRange(int Least, int Median, int Greatest)
{
    /// <summary>The range of some lengths; zeros where there is none.</summary>
    public static PixelRange Of(IEnumerable<int> lengths)
    {
        int[] sorted = [.. lengths.Order()];
        return sorted.Length == 0 ? default : new(sorted[0], Lockstep.Core.Numerics.Median.Of(sorted), sorted[^1]);
    }

    public override string ToString() =>
        Least == Greatest
            ? FormattableString.Invariant($"{Least}")
            : FormattableString.Invariant($"{Least} to {Greatest} (median {Median})");
}
