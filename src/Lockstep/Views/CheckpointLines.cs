using Lockstep.Core.Metrics;
using Lockstep.Core.Texts;
using Lockstep.Storage.Checkpoints;
using Lockstep.Terminals;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockstep.Views;

/// <summary>How checkpoints are worded for people.</summary>
internal static class CheckpointLines
{
    /// <summary>A table, newest first, and below it what is wrong with those that are damaged.</summary>
    public static IEnumerable<IRenderable> Of(IReadOnlyList<StoredCheckpoint> checkpoints, DateTimeOffset now)
    {
        var table = new FittedTable(
            FittedColumn.Number("step"),
            "state",
            FittedColumn.Number("size"),
            FittedColumn.Number("age"),
            new FittedColumn("epoch", NeedsRoom: true),
            new FittedColumn($"best {BestOf(checkpoints)}", NeedsRoom: true),
            "directory"
        );
        foreach (var checkpoint in checkpoints)
        {
            var manifest = checkpoint.Manifest;
            string epoch = manifest is null ? "-" : $"{manifest.Epoch}, step {manifest.StepInEpoch}";
            string best = manifest?.Best is { } b ? $"{MetricText.Value(manifest.Objective.Metric, b.Metrics)} at {b.Step}" : "-";
            table.AddRow(
                $"{checkpoint.Step}",
                Word(checkpoint.State),
                Size(checkpoint.Bytes),
                Age(now - checkpoint.Written),
                epoch,
                best,
                checkpoint.Directory
            );
        }
        return [table, .. checkpoints.SelectMany(Worth).Select(problem => new Text(problem))];
    }

    /// <summary>What the runs of these checkpoints are to get better at.</summary>
    private static string BestOf(IEnumerable<StoredCheckpoint> checkpoints) =>
        MetricText.Name(checkpoints.Select(c => c.Manifest?.Objective).FirstOrDefault(o => o is not null)?.Metric ?? MetricNames.Top1);

    /// <summary>A checkpoint of which every byte was read, and below it what is wrong with it.</summary>
    public static IEnumerable<string> Verified(StoredCheckpoint checkpoint) =>
        [
            checkpoint.State == CheckpointState.Whole
                ? $"{checkpoint.Directory}: whole, {Count.Of(checkpoint.Manifest?.Files.Count ?? 0, "file")}, {Size(checkpoint.Bytes)}"
                : $"{checkpoint.Directory}: {Word(checkpoint.State)}",
            .. Worth(checkpoint).Select(problem => "  " + problem),
        ];

    /// <summary>Such as <c>whole</c>.</summary>
    public static string Word(CheckpointState state) => state.ToString().ToLowerInvariant();

    /// <summary>Such as <c>243.9 MB</c>, in powers of ten.</summary>
    public static string Size(long bytes) =>
        bytes switch
        {
            >= 1_000_000_000 => RunProgress.Invariant($"{bytes / 1e9:0.0} GB"),
            >= 1_000_000 => RunProgress.Invariant($"{bytes / 1e6:0.0} MB"),
            _ => RunProgress.Invariant($"{bytes / 1e3:0.0} kB"),
        };

    private static string Age(TimeSpan age) =>
        age.TotalDays >= 1 ? RunProgress.Invariant($"{age.TotalDays:0.0} days") : RunProgress.Time(age);

    /// <summary>That files of an unfinished save are missing is no news.</summary>
    private static IReadOnlyList<string> Worth(StoredCheckpoint checkpoint) =>
        checkpoint.State == CheckpointState.Damaged ? checkpoint.Problems : [];
}
