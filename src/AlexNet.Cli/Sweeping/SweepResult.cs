using Lockstep.Core.Metrics;
using Lockstep.Options;
using Lockstep.Storage.Runs;

namespace AlexNet.Cli.Sweeping;

/// <summary>What the runs of one setting have reached.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Runs">One for each seed.</param>
internal sealed record SweepResult(SweepSetting Setting, IReadOnlyList<SweepScore> Runs)
{
    /// <summary>The accuracies that there are.</summary>
    public IReadOnlyList<double> Values => [.. Runs.Select(r => r.Accuracy).OfType<double>()];

    /// <summary>Their mean; null without one.</summary>
    public double? Mean => Values.Count > 0 ? Values.Average() : null;

    /// <summary>Their sample standard deviation; null for fewer than two.</summary>
    public double? Spread =>
        Values.Count > 1 && Mean is { } mean ? Math.Sqrt(Values.Sum(v => (v - mean) * (v - mean)) / (Values.Count - 1)) : null;

    /// <summary>One result for each setting, in their order.</summary>
    public static IReadOnlyList<SweepResult> Of(IReadOnlyList<SweepRun> runs) =>
        [.. runs.GroupBy(r => r.Setting).Select(g => new SweepResult(g.Key, [.. g.Select(ScoreOf)]))];

    private static SweepScore ScoreOf(SweepRun run) =>
        new(
            run.Seed,
            run.Directory,
            BegunRun.IsIn(run.Directory) && TrainedRun.IsIn(run.Directory)
                ? RunHistory.Read(run.Directory).Epochs.LastOrDefault()?.Metrics[MetricNames.Top1]
                : null
        );
}
