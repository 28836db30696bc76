using AlexNet.Cli.Views;
using Lockstep.Core.Runs;
using Lockstep.Storage.Runs;
using ScottPlot;
using ScottPlot.Palettes;
using ScottPlot.TickGenerators;

namespace AlexNet.Cli.Pictures;

/// <summary>Draws how one or several runs have learned: loss, accuracy on the test set, and learning rate, over their steps.</summary>
internal static class LearningCurves
{
    private const int PanelHeight = 330,
        RateHeight = 240;
    private const int DotSize = 7;
    private const double Faint = 0.22,
        WideRange = 20; // of rates, from which they are drawn by their logarithms

    private static readonly IPalette Palette = new Category10();

    /// <param name="path">A .png or .svg file.</param>
    /// <param name="runs">One or more.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<PlottedRun> runs)
    {
        (Plot Plot, int Height)[] panels = [(Loss(runs), PanelHeight), (Accuracy(runs), PanelHeight), (Rate(runs), RateHeight)];
        StepPanels.Write(path, panels, runs.Max(r => r.History.Steps[^1].Step));
    }

    private static Plot Loss(IReadOnlyList<PlottedRun> runs)
    {
        var plot = StepPanels.Panel("loss", "faint: each training step; line: smoothed; dots: test set after each epoch");
        foreach (var (run, colour) in Coloured(runs))
        {
            var steps = Curve.Finite(run.History.Steps.Select(s => new Coordinates(s.Step, s.Loss)));
            StepPanels.Line(plot, Curve.Thinned(steps), colour.WithAlpha(Faint), 1);
            StepPanels.Line(plot, Curve.Thinned(Curve.Smoothed(steps)), colour, 2).LegendText = runs.Count == 1 ? "training" : run.Name;
            Dots(plot, run, e => e.TestLoss, colour, LinePattern.Dotted)?.LegendText = runs.Count == 1 ? "test" : "";
        }
        plot.ShowLegend(Alignment.UpperRight);
        return plot;
    }

    private static Plot Accuracy(IReadOnlyList<PlottedRun> runs)
    {
        var plot = StepPanels.Panel("accuracy on the test set", "full line: top 1; dashed: top 5");
        plot.Axes.Left.TickGenerator = new NumericAutomatic { LabelFormatter = share => RunProgress.Invariant($"{share:P0}") };
        foreach (var (run, colour) in Coloured(runs))
        {
            Dots(plot, run, e => e.Top1, colour, LinePattern.Solid)?.LegendText =
                runs.Count == 1 ? Best(run.History) : $"{run.Name}: {Best(run.History)}";
            Dots(plot, run, e => e.Top5, colour, LinePattern.Dashed);
        }
        bool isLow = runs.SelectMany(r => r.History.Epochs).Select(e => e.Top1).DefaultIfEmpty().Max() < 0.5;
        plot.ShowLegend(isLow ? Alignment.UpperLeft : Alignment.LowerRight); // where the lines are not
        if (runs.All(r => r.History.Epochs.Count == 0))
            plot.Add.Annotation("no epoch has ended yet", Alignment.MiddleCenter);
        return plot;
    }

    private static Plot Rate(IReadOnlyList<PlottedRun> runs)
    {
        var plot = StepPanels.Panel("learning rate", "");
        double[] rates = [.. runs.SelectMany(r => r.History.Steps).Select(s => s.Rate).Where(r => r > 0)];
        bool logarithmic = rates.Length > 0 && rates.Max() > WideRange * rates.Min();
        if (logarithmic)
            plot.Axes.Left.TickGenerator = StepPanels.Powers("0.#########");
        foreach (var (run, colour) in Coloured(runs))
        {
            StepPanels.Line(
                plot,
                Curve.Thinned(
                    Curve.Finite(run.History.Steps.Select(s => new Coordinates(s.Step, logarithmic ? Math.Log10(s.Rate) : s.Rate)))
                ),
                colour,
                2
            );
        }

        if (!logarithmic && rates.Length > 0)
            plot.Axes.SetLimitsY(0, rates.Max() * 1.15);
        return plot;
    }

    /// <summary>A dot for each epoch; null where there is none to draw.</summary>
    private static ScottPlot.Plottables.Scatter? Dots(
        Plot plot,
        PlottedRun run,
        Func<EpochRecord, double> value,
        Color colour,
        LinePattern pattern
    )
    {
        var points = Curve.Finite(run.History.Epochs.Select(e => new Coordinates(e.Step, value(e))));
        if (points.Length == 0)
            return null;
        var dots = plot.Add.Scatter(points, colour);
        (dots.MarkerSize, dots.LinePattern, dots.LineWidth) = (DotSize, pattern, 1.5f);
        return dots;
    }

    private static string Best(RunHistory history) =>
        history.Epochs.MaxBy(e => e.Top1) is { } best ? RunProgress.Invariant($"best {best.Top1:P2} after epoch {best.Epoch}") : "";

    private static IEnumerable<(PlottedRun Run, Color Colour)> Coloured(IReadOnlyList<PlottedRun> runs) =>
        runs.Select((run, i) => (run, Palette.GetColor(i)));
}
