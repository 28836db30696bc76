namespace AlexNet.Net.Predictions;

/// <summary>
/// How well a score tells the samples of two classes apart, whatever the threshold. The area under the curve is the probability that a
/// positive sample has a higher score than a negative one, where equal scores count half (Fawcett 2006). It is counted in whole pairs, so
/// it does not depend on the order of the samples.
/// </summary>
/// <param name="Area">0 to 1; 0.5 is chance.</param>
/// <param name="Points">From (0, 0) to (1, 1). Points within a straight line are left out.</param>
public sealed record RocCurve(double Area, IReadOnlyList<RocPoint> Points)
{
    /// <summary>The curve of some samples; null where one of the classes has none.</summary>
    /// <param name="samples">
    /// Of each sample ln(p / (1 - p)), where p is the probability of the positive class, and whether it is of that class. Unlike p, these
    /// log odds do not run together near 0 and 1.
    /// </param>
    public static RocCurve? Of(IEnumerable<(double LogOdds, bool IsPositive)> samples)
    {
        var groups = samples.GroupBy(s => s.LogOdds).OrderByDescending(g => g.Key).ToList();
        long positives = groups.Sum(g => g.LongCount(s => s.IsPositive)),
            negatives = groups.Sum(g => g.LongCount(s => !s.IsPositive));
        if (positives == 0 || negatives == 0)
            return null;

        var corners = new List<(double? Threshold, long False, long True)> { (null, 0, 0) };
        long halves = 0; // twice the pairs in which the positive sample has the higher score
        foreach (var group in groups)
        {
            var (_, falsely, truly) = corners[^1];
            long right = group.LongCount(s => s.IsPositive),
                wrong = group.LongCount(s => !s.IsPositive);
            halves += wrong * (2 * truly + right);
            (double? Threshold, long False, long True) next = (1 / (1 + Math.Exp(-group.Key)), falsely + wrong, truly + right);
            if (corners.Count > 1 && IsStraight(corners[^2], corners[^1], next))
                corners[^1] = next;
            else
                corners.Add(next);
        }

        return new(
            halves / (2.0 * positives * negatives),
            [.. corners.Select(c => new RocPoint(c.Threshold, (double)c.False / negatives, (double)c.True / positives))]
        );
    }

    private static bool IsStraight(
        (double?, long False, long True) a,
        (double?, long False, long True) b,
        (double?, long False, long True) c
    ) => (b.False - a.False) * (c.True - b.True) == (b.True - a.True) * (c.False - b.False);
}
