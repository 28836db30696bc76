using ScottPlot;

namespace Lockstep.Pictures;

/// <summary>Points of a line, made ready to be drawn.</summary>
internal static class Curve
{
    private const int Windows = 50; // of smoothing, over the whole line
    private const int MostPoints = 2000; // more than a picture has columns

    /// <summary>Those that are numbers.</summary>
    public static Coordinates[] Finite(IEnumerable<Coordinates> points) => [.. points.Where(p => double.IsFinite(p.Y))];

    /// <summary>An exponential moving average over a fiftieth of the line, corrected for its beginning as Adam's averages are.</summary>
    public static Coordinates[] Smoothed(IReadOnlyList<Coordinates> points)
    {
        double keep = 1 - 1 / Math.Max(1, (double)points.Count / Windows);
        var (smoothed, average, weight) = (new Coordinates[points.Count], 0.0, 0.0);
        for (int i = 0; i < smoothed.Length; i++)
        {
            (average, weight) = (keep * average + (1 - keep) * points[i].Y, keep * weight + (1 - keep));
            smoothed[i] = new(points[i].X, average / weight);
        }
        return smoothed;
    }

    /// <summary>
    /// So few points that a picture of a long run stays small: of each stretch the lowest and the highest, in their order.
    /// </summary>
    public static Coordinates[] Thinned(Coordinates[] points) =>
        points.Length <= MostPoints
            ? points
            :
            [
                .. points
                    .Chunk((2 * points.Length + MostPoints - 1) / MostPoints)
                    .SelectMany(stretch => new[] { stretch.MinBy(p => p.Y), stretch.MaxBy(p => p.Y) }.OrderBy(p => p.X)),
            ];
}
