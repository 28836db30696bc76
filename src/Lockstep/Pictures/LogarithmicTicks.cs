using System.Globalization;
using ScottPlot.TickGenerators;

namespace Lockstep.Pictures;

/// <summary>Ticks of an axis whose values are logarithms of base 10.</summary>
internal static class LogarithmicTicks
{
    private const int MostTicks = 7;
    private const double SmallestPlain = 1e-4,
        LargestPlain = 1e5;

    private static readonly int[][] Steps =
    [
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 5, 7],
        [1, 2, 5],
        [1, 3],
        [1],
    ];

    /// <summary>As many as are read easily: 1, 2, 5, 10 where the range is narrow, and powers where it is wide.</summary>
    /// <param name="low">The lower end of the axis.</param>
    /// <param name="high">The upper end of the axis.</param>
    public static NumericManual Between(double low, double high)
    {
        double[] values = ValuesBetween(low, high);
        return new([.. values.Select(Math.Log10)], [.. values.Select(Text)]);
    }

    /// <summary>The values that have a tick.</summary>
    public static double[] ValuesBetween(double low, double high)
    {
        foreach (int[] steps in Steps)
        {
            if (Values(steps, low, high, every: 1) is { Length: <= MostTicks } values)
                return values;
        }

        int decades = 2;
        while (Values([1], low, high, decades).Length > MostTicks)
            decades++;
        return Values([1], low, high, decades);
    }

    /// <summary>A number as short as it can be.</summary>
    public static string Text(double value) =>
        Math.Abs(value) is 0 or (>= SmallestPlain and < LargestPlain)
            ? value.ToString("0.#####", CultureInfo.InvariantCulture)
            : value.ToString("0.###E+0", CultureInfo.InvariantCulture);

    private static double[] Values(int[] steps, double low, double high, int every)
    {
        int first = (int)Math.Floor(low),
            last = (int)Math.Ceiling(high);
        return
        [
            .. Enumerable
                .Range(first, last - first + 1)
                .Where(power => power % every == 0)
                .SelectMany(power => steps.Select(step => double.Parse($"{step}E{power}", CultureInfo.InvariantCulture)))
                .Where(value => Math.Log10(value) >= low && Math.Log10(value) <= high),
        ];
    }
}
