using ScottPlot;
using ScottPlot.Plottables;

namespace Lockstep.Pictures;

/// <summary>A mark for each epoch.</summary>
internal static class EpochDots
{
    private const int Few = 40,
        Some = 100;

    /// <summary>What was measured after each epoch; what is not a number is left out.</summary>
    public static Coordinates[] Of(PlottedRun run, string metric) =>
        Curve.Finite(run.History.Epochs.Select(e => new Coordinates(e.Step, e.Metrics[metric] ?? double.NaN)));

    /// <summary>Draws the marks and a line through them; null where there is none to draw.</summary>
    /// <param name="plot">Where to draw.</param>
    /// <param name="points">As they are drawn.</param>
    /// <param name="colour">The colour of marks and line.</param>
    /// <param name="pattern">The pattern of the line.</param>
    /// <param name="run">The run's place among several, which decides the shape.</param>
    public static Scatter? Add(Plot plot, Coordinates[] points, Color colour, LinePattern pattern, int run)
    {
        if (points.Length == 0)
            return null;
        var dots = plot.Add.Scatter(points, colour);
        (dots.LinePattern, dots.LineWidth, dots.MarkerShape) = (pattern, PictureStyle.Narrow, PictureStyle.ShapeOf(run));
        dots.MarkerSize =
            PictureStyle.MarkerSize
            * (
                points.Length <= Few ? 1
                : points.Length <= Some ? 0.7f
                : 0.45f
            );
        return dots;
    }
}
