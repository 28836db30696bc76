using Lockstep.Storage.Comparing;
using ScottPlot;

namespace Lockstep.Pictures;

/// <summary>Draws the losses of two runs over their steps and, below, how far they are apart.</summary>
internal static class DifferencePicture
{
    private const int LossHeight = 400,
        DifferenceHeight = 340;
    private const float Broad = 8; // the second line lies on the first, and both are seen
    private const double Faint = 0.4,
        WideRange = 20, // of differences, from which they are drawn by their logarithms
        Room = 1.3;
    private const int DotSize = 7,
        FewPoints = 200;

    /// <param name="path">A .png or .svg file.</param>
    /// <param name="one">The first run.</param>
    /// <param name="other">The second run.</param>
    /// <param name="losses">How their losses compare.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, PlottedRun one, PlottedRun other, SeriesComparison losses)
    {
        (Plot, int)[] panels = [(Losses(one, other), LossHeight), (Differences(losses), DifferenceHeight)];
        StepPanels.Write(path, panels, StepAxis.Of([one, other], "step"));
    }

    private static Plot Losses(PlottedRun one, PlottedRun other)
    {
        double[] losses = [.. one.History.Steps.Concat(other.History.Steps).Select(s => s.Loss)];
        var scale = ValueScale.Of([], losses);
        var plot = StepPanels.Panel("", $"loss ({(scale.IsLogarithmic ? "logarithmic" : "linear")})");
        if (scale.IsLogarithmic)
            plot.Axes.Left.TickGenerator = LogarithmicTicks.Between(scale.Low, scale.High);
        StepPanels.Line(plot, Points(one), PictureStyle.ColourOf(0).WithAlpha(Faint), Broad).LegendText =
            $"first: {PictureStyle.Shortened(one.Name)}";
        StepPanels.Line(plot, Points(other), PictureStyle.ColourOf(1), PictureStyle.Narrow).LegendText =
            $"second: {PictureStyle.Shortened(other.Name)}";
        plot.Axes.SetLimitsY(scale.Low, scale.High);
        plot.ShowLegend(Alignment.UpperRight);
        return plot;

        Coordinates[] Points(PlottedRun run) =>
            Curve.Thinned(Curve.Finite(run.History.Steps.Select(s => new Coordinates(s.Step, scale.Of(s.Loss)))));
    }

    private static Plot Differences(SeriesComparison losses)
    {
        double[] found = [.. losses.Points.Select(p => p.Absolute).Where(d => d > 0 && double.IsFinite(d))];
        bool logarithmic = found.Length > 0 && found.Max() > WideRange * found.Min();
        var plot = StepPanels.Panel(
            logarithmic ? "no dot means no difference" : "",
            logarithmic ? "difference (logarithmic)" : "difference"
        );
        var points = losses
            .Points.Where(p => !logarithmic || p.Absolute > 0)
            .Select(p => new Coordinates(p.Step, logarithmic ? Math.Log10(p.Absolute) : p.Absolute));
        Dots(plot, Curve.Thinned(Curve.Finite(points)), connected: !logarithmic);
        if (logarithmic)
        {
            var (low, high) = (Math.Log10(found.Min() / Room), Math.Log10(found.Max() * Room));
            plot.Axes.Left.TickGenerator = LogarithmicTicks.Between(low, high);
            plot.Axes.SetLimitsY(low, high);
        }

        if (found.Length == 0)
            StepPanels.Note(plot, losses.Different == 0 ? "no step differs" : "no difference is a number", Alignment.MiddleCenter);

        return plot;
    }

    private static void Dots(Plot plot, Coordinates[] points, bool connected)
    {
        if (points.Length == 0)
            return;
        var dots = plot.Add.Scatter(points, PictureStyle.ColourOf(0));
        (dots.MarkerSize, dots.LineWidth) = (points.Length > FewPoints && connected ? 0 : DotSize, connected ? PictureStyle.Narrow : 0);
    }
}
