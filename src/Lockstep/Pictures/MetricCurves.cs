using Lockstep.Core.Metrics;
using Lockstep.Storage.Runs;
using ScottPlot;

namespace Lockstep.Pictures;

/// <summary>What was measured on the test set beside the loss.</summary>
internal static class MetricCurves
{
    private const int FewGuesses = 5; // the class is always among so many

    private static readonly LinePattern[] Patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted];

    /// <summary>
    /// The metrics of one panel: all that are shares of the test set, or the first of the others; none where only the loss was measured.
    /// Five guesses at five classes are always right, and are left out.
    /// </summary>
    public static IReadOnlyList<string> NamesOf(IReadOnlyList<PlottedRun> runs)
    {
        if (runs.All(r => r.History.Epochs.Count == 0))
            return [MetricNames.Top1]; // an empty panel says that no epoch has ended
        var losses = runs.SelectMany(r => r.History.Steps)
            .Select(s => MetricNames.LossOf(s.Phase))
            .Append(MetricNames.TestLoss)
            .ToHashSet(); // they have a panel
        var names = runs.SelectMany(r => r.History.Epochs)
            .SelectMany(e => e.Metrics)
            .Select(m => m.Name)
            .Distinct()
            .Where(name => !losses.Any(loss => IsOrIsRaw(name, loss)) && runs.Any(r => Says(r, name)))
            .ToList();
        return names.Exists(MetricNames.IsShare) ? [.. names.Where(MetricNames.IsShare).Take(Patterns.Length)] : [.. names.Take(1)];
    }

    /// <param name="runs">One or more.</param>
    /// <param name="metrics">At least one.</param>
    public static Plot Draw(IReadOnlyList<PlottedRun> runs, IReadOnlyList<string> metrics)
    {
        bool areShares = MetricNames.IsShare(metrics[0]);
        var plot = StepPanels.Panel("", MetricText.OnTestSet(metrics[0]));
        if (areShares)
            plot.Axes.Left.TickGenerator = PictureStyle.Shares();
        var named = new HashSet<string>(); // metrics that have a legend
        foreach (var (place, run) in runs.Index())
        {
            foreach (var (metric, pattern) in metrics.Zip(Patterns).Where(m => Says(run, m.First)))
            {
                var colour = runs.Count == 1 ? PictureStyle.Test : PictureStyle.ColourOf(place);
                var dots = EpochDots.Add(plot, EpochDots.Of(run, metric), colour, pattern, place);
                string best = Best(run.History, metric);
                if (runs.Count == 1)
                    dots?.LegendText = metrics.Count == 1 ? best : $"{MetricNames.Label(metric)}: {best}";
                else if (metrics.Count > 1 && dots is not null && named.Add(metric))
                    dots.LegendText = MetricNames.Label(metric);
            }
        }

        bool isLow = areShares && runs.SelectMany(r => r.History.Epochs).Select(e => e.Metrics[metrics[0]]).Max() is null or < 0.5;
        plot.ShowLegend(isLow ? Alignment.UpperLeft : Alignment.LowerRight); // where the lines are not
        if (runs.All(r => r.History.Epochs.Count == 0))
            StepPanels.Note(plot, "no epoch has ended yet", Alignment.MiddleCenter);

        return plot;
    }

    /// <summary>Whether a metric says anything of a run.</summary>
    private static bool Says(PlottedRun run, string metric) => !IsOrIsRaw(metric, MetricNames.Top5) || run.Classes is null or > FewGuesses;

    /// <summary>Whether a metric is another, or the same of the weights in training where their average is measured.</summary>
    private static bool IsOrIsRaw(string metric, string other) => metric == other || metric == MetricNames.Raw + other;

    /// <summary>The best value of a share of the test set; of another metric, the last.</summary>
    public static string Best(RunHistory history, string metric) =>
        !MetricNames.IsShare(metric)
            ? history.Epochs.LastOrDefault() is { } last
                ? $"last {MetricText.Value(metric, last.Metrics)}"
                : "no epoch has ended yet"
            : history.Epochs.MaxBy(e => e.Metrics[metric]) is { } best
                ? $"best {MetricText.Value(metric, best.Metrics)} after epoch {best.Epoch}"
                : "no epoch has ended yet";
}
