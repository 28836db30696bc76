using Lockstep.Views;
using ScottPlot;

namespace Lockstep.Pictures;

/// <summary>Draws how one or several runs have learned: loss, accuracy on the test set, and learning rate, over their steps.</summary>
internal static class LearningCurves
{
    private const int LossHeight = 440,
        MeasuredHeight = 360,
        RateHeight = 230;
    private const double Faint = 0.3;

    private static readonly LinePattern[] Patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted];

    /// <param name="path">A .png or .svg file.</param>
    /// <param name="runs">One or more.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<PlottedRun> runs)
    {
        var rates = new RateCurves(runs);
        (Plot Plot, int Height)[] panels =
        [
            (Loss(runs), LossHeight),
            .. MetricCurves.NamesOf(runs) is { Count: > 0 } metrics
                ? [(MetricCurves.Draw(runs, metrics), MeasuredHeight)]
                : Array.Empty<(Plot, int)>(),
            .. rates.AreConstant ? Array.Empty<(Plot, int)>() : [(rates.Draw(), RateHeight)],
        ];
        string steps = rates.AreConstant && runs.Count == 1 ? $"step (learning rate {rates.Text(runs[0])} throughout)" : "step";
        StepPanels.Write(path, panels, StepAxis.Of(runs, steps), runs.Count == 1 ? null : Key(runs, rates));
    }

    private static Plot Loss(IReadOnlyList<PlottedRun> runs)
    {
        var phases = runs.SelectMany((run, i) => PhaseLosses.Of(run).Select((losses, phase) => (Run: i, Phase: phase, Losses: losses)))
            .ToList();
        var scale = ValueScale.Of(
            phases.SelectMany(p => p.Losses.Steps).Select(p => p.Y),
            phases.SelectMany(p => p.Losses.Smoothed.Concat(p.Losses.Test)).Select(p => p.Y)
        );
        var plot = StepPanels.Panel("", $"loss ({(scale.IsLogarithmic ? "logarithmic" : "linear")})");
        if (scale.IsLogarithmic)
            plot.Axes.Left.TickGenerator = LogarithmicTicks.Between(scale.Low, scale.High);
        foreach (var (run, phase, losses) in phases)
            Draw(plot, scale, losses, runs.Count == 1 ? null : run, Patterns[phase % Patterns.Length]);
        plot.Axes.SetLimitsY(scale.Low, scale.High);
        if (runs.Count == 1)
            plot.ShowLegend(Alignment.UpperRight);
        if (scale.Beyond > 0)
        {
            int all = phases.Sum(p => p.Losses.Steps.Length);
            StepPanels.Note(plot, RunProgress.Invariant($"{scale.Beyond:N0} of {all:N0} steps are beyond the axis"), Alignment.LowerLeft);
        }

        return plot;
    }

    /// <param name="plot">Where to draw.</param>
    /// <param name="scale">The scale of the losses.</param>
    /// <param name="losses">What to draw.</param>
    /// <param name="run">The run's place among several; null for one alone, whose lines have a legend and a colour each.</param>
    /// <param name="pattern">The pattern of the phase.</param>
    private static void Draw(Plot plot, ValueScale scale, PhaseLosses losses, int? run, LinePattern pattern)
    {
        var colour = run is { } i ? PictureStyle.ColourOf(i) : PictureStyle.Training;
        var steps = StepPanels.Line(plot, Scaled(losses.Steps), colour.WithAlpha(Faint), PictureStyle.Narrow);
        var line = StepPanels.Line(plot, Scaled(losses.Smoothed), colour, PictureStyle.Broad);
        line.LinePattern = pattern;
        var dots = EpochDots.Add(plot, Scaled(losses.Test), run is null ? PictureStyle.Test : colour, LinePattern.Dotted, run ?? 0);
        if (run is null)
        {
            steps.LegendText = losses.Named("training, each step");
            line.LegendText = losses.Named("training, smoothed");
            dots?.LegendText = losses.Named("test");
        }

        Coordinates[] Scaled(Coordinates[] points) => Curve.Thinned(Curve.Finite(points.Select(p => new Coordinates(p.X, scale.Of(p.Y)))));
    }

    private static RunKey Key(IReadOnlyList<PlottedRun> runs, RateCurves rates)
    {
        string? metric = MetricCurves.NamesOf(runs).FirstOrDefault();
        return new(
            "line: training, smoothed; marks: test set after each epoch",
            [
                .. runs.Select(run =>
                    run.Name
                    + (metric is null ? "" : $": {MetricCurves.Best(run.History, metric)}")
                    + (rates.AreConstant ? $", rate {rates.Text(run)}" : "")
                ),
            ]
        );
    }
}
