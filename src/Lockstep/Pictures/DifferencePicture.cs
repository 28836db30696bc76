using Lockstep.Storage.Comparing;
using ScottPlot;
using ScottPlot.Palettes;

namespace Lockstep.Pictures;

/// <summary>Draws the losses of two runs over their steps and, below, how far they are apart.</summary>
internal static class DifferencePicture
{
    private const int LossHeight = 330,
        DifferenceHeight = 280;
    private const float Broad = 5,
        Narrow = 2; // the second line lies on the first, and both are seen
    private const double Faint = 0.4,
        WideRange = 20; // of differences, from which they are drawn by their logarithms
    private const int DotSize = 4,
        FewPoints = 200;

    private static readonly IPalette Palette = new Category10();

    /// <param name="path">A .png or .svg file.</param>
    /// <param name="one">The first run.</param>
    /// <param name="other">The second run.</param>
    /// <param name="losses">How their losses compare.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, PlottedRun one, PlottedRun other, SeriesComparison losses)
    {
        (Plot, int)[] panels = [(Losses(one, other), LossHeight), (Differences(losses), DifferenceHeight)];
        StepPanels.Write(path, panels, Math.Max(one.History.Steps[^1].Step, other.History.Steps[^1].Step));
    }

    private static Plot Losses(PlottedRun one, PlottedRun other)
    {
        var plot = StepPanels.Panel("loss", "each training step");
        StepPanels.Line(plot, Points(one), Palette.GetColor(0).WithAlpha(Faint), Broad).LegendText = $"first: {one.Name}";
        StepPanels.Line(plot, Points(other), Palette.GetColor(1), Narrow).LegendText = $"second: {other.Name}";
        plot.ShowLegend(Alignment.UpperRight);
        return plot;
    }

    private static Plot Differences(SeriesComparison losses)
    {
        double[] found = [.. losses.Points.Select(p => p.Absolute).Where(d => d > 0 && double.IsFinite(d))];
        bool logarithmic = found.Length > 0 && found.Max() > WideRange * found.Min();
        var plot = StepPanels.Panel("absolute difference of the losses", logarithmic ? "no dot means no difference" : "");
        if (logarithmic)
            plot.Axes.Left.TickGenerator = StepPanels.Powers("0.###E+0");
        var points = losses
            .Points.Where(p => !logarithmic || p.Absolute > 0)
            .Select(p => new Coordinates(p.Step, logarithmic ? Math.Log10(p.Absolute) : p.Absolute));
        Dots(plot, Curve.Thinned(Curve.Finite(points)), connected: !logarithmic);
        if (found.Length == 0)
            plot.Add.Annotation(losses.Different == 0 ? "no step differs" : "no difference is a number", Alignment.MiddleCenter);
        return plot;
    }

    private static void Dots(Plot plot, Coordinates[] points, bool connected)
    {
        if (points.Length == 0)
            return;
        var dots = plot.Add.Scatter(points, Palette.GetColor(3));
        (dots.MarkerSize, dots.LineWidth) = (points.Length > FewPoints && connected ? 0 : DotSize, connected ? Narrow : 0);
    }

    private static Coordinates[] Points(PlottedRun run) =>
        Curve.Thinned(Curve.Finite(run.History.Steps.Select(s => new Coordinates(s.Step, s.Loss))));
}
