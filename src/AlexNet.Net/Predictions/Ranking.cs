namespace AlexNet.Net.Predictions;

/// <summary>The order of classes by their scores; of equal scores the lower label comes first.</summary>
public static class Ranking
{
    /// <summary>Whether every score is a number; a net whose weights are broken gives none.</summary>
    public static bool IsDecided(ReadOnlySpan<double> scores)
    {
        foreach (double score in scores)
        {
            if (double.IsNaN(score))
                return false;
        }

        return true;
    }

    /// <summary>How many classes come before this one: 0 for the best.</summary>
    public static int PlaceOf(int label, ReadOnlySpan<double> scores)
    {
        int before = 0;
        for (int other = 0; other < scores.Length; other++)
        {
            if (scores[other] > scores[label] || (scores[other] == scores[label] && other < label))
                before++;
        }

        return before;
    }

    /// <summary>The best classes, best first; all of them where there are no more.</summary>
    public static IReadOnlyList<int> Best(ReadOnlySpan<double> scores, int count)
    {
        double[] copy = [.. scores];
        return [.. Enumerable.Range(0, copy.Length).OrderByDescending(label => copy[label]).Take(count)]; // which keeps the order of equals
    }
}
