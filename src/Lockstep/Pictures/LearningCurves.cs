using Lockstep.Core.Metrics;
using Lockstep.Storage.Runs;
using Lockstep.Views;
using ScottPlot;
using ScottPlot.Palettes;
using ScottPlot.TickGenerators;

namespace Lockstep.Pictures;

/// <summary>Draws how one or several runs have learned: loss, accuracy on the test set, and learning rate, over their steps.</summary>
internal static class LearningCurves
{
    private const int PanelHeight = 330,
        RateHeight = 240;
    private const int DotSize = 7;
    private const double Faint = 0.22,
        WideRange = 20; // of rates, from which they are drawn by their logarithms

    private static readonly (string Name, LinePattern Pattern)[] Patterns =
    [
        ("full line", LinePattern.Solid),
        ("dashed", LinePattern.Dashed),
        ("dotted", LinePattern.Dotted),
    ];
    private static readonly IPalette Palette = new Category10();

    /// <param name="path">A .png or .svg file.</param>
    /// <param name="runs">One or more.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<PlottedRun> runs)
    {
        (Plot Plot, int Height)[] panels =
        [
            (Loss(runs), PanelHeight),
            .. MetricsOf(runs) is { Count: > 0 } metrics ? [(Measured(runs, metrics), PanelHeight)] : Array.Empty<(Plot, int)>(),
            (Rate(runs), RateHeight),
        ];
        StepPanels.Write(path, panels, runs.Max(r => r.History.Steps[^1].Step));
    }

    private static Plot Loss(IReadOnlyList<PlottedRun> runs)
    {
        var plot = StepPanels.Panel("loss", "faint: each training step; line: smoothed; dots: test set after each epoch");
        foreach (var (run, colour) in Coloured(runs))
        {
            foreach (var (phase, i) in run.History.Steps.GroupBy(s => s.Phase).Select((phase, i) => (phase, i)))
            {
                var steps = Curve.Finite(phase.Select(s => new Coordinates(s.Step, s.Loss)));
                StepPanels.Line(plot, Curve.Thinned(steps), colour.WithAlpha(Faint), 1);
                var line = StepPanels.Line(plot, Curve.Thinned(Curve.Smoothed(steps)), colour, 2);
                line.LinePattern = Patterns[i % Patterns.Length].Pattern;
                line.LegendText = Legend(runs.Count == 1 ? "training" : run.Name, phase.Key);
                var dots = Dots(plot, run, MetricNames.LossOf(phase.Key), colour, LinePattern.Dotted);
                dots?.LegendText = runs.Count == 1 ? Legend("test", phase.Key) : "";
            }
        }
        plot.ShowLegend(Alignment.UpperRight);
        return plot;
    }

    private static string Legend(string what, string phase) => phase.Length == 0 ? what : $"{what}, {phase}";

    /// <summary>
    /// The metrics of one panel: all that are shares of the test set, or the first of the others; none where only the loss was measured.
    /// </summary>
    private static IReadOnlyList<string> MetricsOf(IReadOnlyList<PlottedRun> runs)
    {
        if (runs.All(r => r.History.Epochs.Count == 0))
            return [MetricNames.Top1]; // an empty panel says that no epoch has ended
        var losses = runs.SelectMany(r => r.History.Steps).Select(s => MetricNames.LossOf(s.Phase)).ToHashSet(); // they have a panel
        var names = runs.SelectMany(r => r.History.Epochs)
            .SelectMany(e => e.Metrics)
            .Select(m => m.Name)
            .Distinct()
            .Where(name => name != MetricNames.TestLoss && !losses.Contains(name))
            .ToList();
        return names.Exists(MetricNames.IsShare) ? [.. names.Where(MetricNames.IsShare).Take(Patterns.Length)] : [.. names.Take(1)];
    }

    private static Plot Measured(IReadOnlyList<PlottedRun> runs, IReadOnlyList<string> metrics)
    {
        bool areShares = MetricNames.IsShare(metrics[0]);
        var plot = StepPanels.Panel(
            $"{MetricText.Name(metrics[0])} on the test set",
            metrics.Count == 1
                ? ""
                : string.Join("; ", metrics.Zip(Patterns, (metric, pattern) => $"{pattern.Name}: {MetricNames.Label(metric)}"))
        );
        if (areShares)
            plot.Axes.Left.TickGenerator = new NumericAutomatic { LabelFormatter = share => RunProgress.Invariant($"{share:P0}") };
        foreach (var (run, colour) in Coloured(runs))
        {
            foreach (var (metric, pattern) in metrics.Zip(Patterns))
            {
                var dots = Dots(plot, run, metric, colour, pattern.Pattern);
                if (metric == metrics[0])
                    dots?.LegendText = runs.Count == 1 ? Best(run.History, metric) : $"{run.Name}: {Best(run.History, metric)}";
            }
        }
        bool isLow = areShares && runs.SelectMany(r => r.History.Epochs).Select(e => e.Metrics[metrics[0]]).Max() is null or < 0.5;
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
    private static ScottPlot.Plottables.Scatter? Dots(Plot plot, PlottedRun run, string metric, Color colour, LinePattern pattern)
    {
        var points = Curve.Finite(run.History.Epochs.Select(e => new Coordinates(e.Step, e.Metrics[metric] ?? double.NaN)));
        if (points.Length == 0)
            return null;
        var dots = plot.Add.Scatter(points, colour);
        (dots.MarkerSize, dots.LinePattern, dots.LineWidth) = (DotSize, pattern, 1.5f);
        return dots;
    }

    /// <summary>The best value of a share of the test set; of another metric, the last.</summary>
    private static string Best(RunHistory history, string metric) =>
        !MetricNames.IsShare(metric)
            ? history.Epochs.LastOrDefault() is { } last
                ? $"last {MetricText.Value(metric, last.Metrics)}"
                : ""
            : history.Epochs.MaxBy(e => e.Metrics[metric]) is { } best
                ? $"best {MetricText.Value(metric, best.Metrics)} after epoch {best.Epoch}"
                : "";

    private static IEnumerable<(PlottedRun Run, Color Colour)> Coloured(IReadOnlyList<PlottedRun> runs) =>
        runs.Select((run, i) => (run, Palette.GetColor(i)));
}
