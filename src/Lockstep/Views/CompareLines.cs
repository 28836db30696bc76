using System.Globalization;
using Lockstep.Core.Metrics;
using Lockstep.Core.Texts;
using Lockstep.Storage.Comparing;
using Lockstep.Terminals;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockstep.Views;

/// <summary>How a comparison of two runs is worded for people.</summary>
internal static class CompareLines
{
    private const int MostListed = 20;

    /// <summary>What was compared, what was found, and at last the verdict.</summary>
    /// <param name="names">The names of the first and the second run.</param>
    /// <param name="comparison">What was found.</param>
    /// <param name="judgement">The verdict.</param>
    /// <param name="tolerance">Null where none was given.</param>
    public static Rows Of((string One, string Other) names, RunComparison comparison, Judgement judgement, double? tolerance) =>
        new([
            new Text($"first   {VisibleText.Line(names.One)}"),
            new Text($"second  {VisibleText.Line(names.Other)}"),
            Series(comparison),
            .. Lines(comparison).Select(line => new Text(line)),
            .. Differences("The recipes", comparison.Settings),
            .. comparison.Checkpoints.Take(1).SelectMany(c => Differences($"The manifests of step {c.Step}", c.Facts)),
            new Text(Verdict(comparison, judgement, tolerance)),
        ]);

    /// <summary>The last line.</summary>
    public static string Verdict(RunComparison comparison, Judgement judgement, double? tolerance) =>
        judgement.Verdict switch
        {
            Lockstep.Storage.Comparing.Verdict.Different => $"The runs differ: {string.Join("; ", judgement.Reasons)}.",
            Lockstep.Storage.Comparing.Verdict.WithinTolerance =>
                $"The losses are equal within the tolerance of {Number(tolerance ?? 0)}; the runs are not equal bit for bit.",
            _ when comparison.Checkpoints.Count == 0 => "The losses are equal bit for bit.",
            _ => "The runs are equal bit for bit.",
        };

    private static FittedTable Series(RunComparison comparison)
    {
        var table = new FittedTable(
            "value",
            FittedColumn.Number("in both"),
            FittedColumn.Number("differ"),
            FittedColumn.Number("from step"),
            FittedColumn.Number("at most by"),
            FittedColumn.Number("relatively")
        );
        (string Name, SeriesComparison Series)[] rows =
        [
            ("loss", comparison.Loss),
            .. comparison.Metrics.Select(m => (MetricNames.Label(m.Name), m.Series)),
        ];
        foreach (var (name, series) in rows)
        {
            table.AddRow(
                name,
                $"{series.Points.Count}",
                $"{series.Different}",
                series.First is { } first ? $"{first.Step}" : "-",
                At(series.LargestAbsolute, p => p.Absolute),
                At(series.LargestRelative, p => p.Relative)
            );
        }

        return table;
    }

    private static IEnumerable<string> Lines(RunComparison comparison) =>
        [
            .. from first in new[] { comparison.Loss.First }.OfType<PointDifference>()
            select $"The losses of step {first.Step} are {Number(first.One)} and {Number(first.Other)}.",
            .. Alone("step", comparison.Loss),
            .. comparison.Metrics.Take(1).SelectMany(m => Alone("evaluation", m.Series)),
            .. CheckpointDifferenceLines.Of(comparison),
        ];

    private static IEnumerable<string> Alone(string what, SeriesComparison series) =>
        from run in new[] { (Name: "first", Steps: series.OnlyInOne), (Name: "second", Steps: series.OnlyInOther) }
        where run.Steps.Count > 0
        let range = run.Steps.Count == 1 ? $"step {run.Steps[0]}" : $"from step {run.Steps[0]} to {run.Steps[^1]}"
        select $"{Count.Of(run.Steps.Count, $"{what} is", $"{what}s are")} in the {run.Name} run alone: {range}.";

    private static IEnumerable<IRenderable> Differences(string what, IReadOnlyList<KeyedDifference> differences)
    {
        if (differences.Count == 0)
            yield break;
        yield return new Text($"{what} differ in {Count.Of(differences.Count, "value")}:");
        var table = new FittedTable("key", new FittedColumn("first", IsProse: true), new FittedColumn("second", IsProse: true));
        foreach (var difference in differences.Take(MostListed))
            table.AddRow(difference.Key, difference.One ?? "unset", difference.Other ?? "unset");
        yield return table;
        if (differences.Count > MostListed)
            yield return new Text(RunProgress.Invariant($"{differences.Count - MostListed:N0} more; --json has all."));
    }

    private static string At(PointDifference? point, Func<PointDifference, double> value) =>
        point is null ? "-" : $"{Number(value(point), "G3")} at {point.Step}";

    private static string Number(double value, string? format = null) => value.ToString(format, CultureInfo.InvariantCulture);
}
