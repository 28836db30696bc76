using Lockstep.Core.Numerics;

namespace Lockstep.Core.Runs;

/// <summary>
/// Who holds the others up. Workers of a run step together, so the time of a step tells nothing: what counts is the part of it that a
/// worker does not spend waiting for the others.
/// </summary>
public static class StragglerScore
{
    /// <summary>
    /// Each worker's own seconds as a multiple of the median worker's; 1 for all where the median is 0. Of an even number the
    /// <see cref="Median"/> is the faster of the two in the middle, so that in a pair the slow one is measured against the fast one and not
    /// against itself.
    /// </summary>
    public static IReadOnlyList<double> Of(IReadOnlyList<double> ownSeconds)
    {
        if (ownSeconds.Count == 0)
            return [];
        double median = Median.Of(ownSeconds);
        return [.. ownSeconds.Select(s => median > 0 ? s / median : 1)];
    }
}
