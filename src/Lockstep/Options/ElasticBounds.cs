using System.Globalization;

namespace Lockstep.Options;

/// <summary>How many replicas a run may have (<c>--elastic MIN:MAX</c>).</summary>
/// <param name="Least">1 or more.</param>
/// <param name="Most">As many or more.</param>
internal readonly record struct ElasticBounds(int Least, int Most)
{
    /// <summary>Reads MIN:MAX; null where it is none.</summary>
    public static ElasticBounds? Parse(string text) =>
        text.Split(':') is [var least, var most] && Whole(least) is >= 1 and var low && Whole(most) is { } high && low <= high
            ? new(low, high)
            : null;

    private static int? Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
