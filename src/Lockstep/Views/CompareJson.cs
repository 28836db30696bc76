using System.Text.Json;
using System.Text.Json.Serialization;
using Lockstep.Core.Texts;
using Lockstep.Storage.Comparing;

namespace Lockstep.Views;

/// <summary>A comparison of two runs as one JSON object on one line. The names are contract.</summary>
internal static class CompareJson
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <param name="runs">The directories of the first and the second run.</param>
    /// <param name="comparison">What was found.</param>
    /// <param name="judgement">The verdict.</param>
    /// <param name="tolerance">Null where none was given.</param>
    public static string Of(IEnumerable<string> runs, RunComparison comparison, Judgement judgement, double? tolerance)
    {
        var line = new Dictionary<string, object?>
        {
            ["event"] = "compared",
            ["verdict"] = Word(judgement.Verdict),
            ["reasons"] = judgement.Reasons,
            ["tolerance"] = tolerance,
            ["runs"] = runs,
            ["loss"] = Series(comparison.Loss),
        };
        foreach (var metric in comparison.Metrics)
            line[metric.Name] = Series(metric.Series);
        line["checkpoints"] = comparison.Checkpoints.Select(Checkpoint);
        line["settings"] = comparison.Settings.Select(Value);
        return JsonSerializer.Serialize(line, Options);
    }

    private static string Word(Enum value) => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static object Series(SeriesComparison series) =>
        new
        {
            compared = series.Points.Count,
            different = series.Different,
            first_difference = Point(series.First),
            largest_absolute = Point(series.LargestAbsolute),
            largest_relative = Point(series.LargestRelative),
            only_in_first = Steps(series.OnlyInOne),
            only_in_second = Steps(series.OnlyInOther),
        };

    private static object? Point(PointDifference? point) =>
        point is null
            ? null
            : new
            {
                step = point.Step,
                first = point.One,
                second = point.Other,
                absolute = point.Absolute,
                relative = point.Relative,
            };

    private static object? Steps(IReadOnlyList<long> steps) =>
        steps.Count == 0
            ? null
            : new
            {
                count = steps.Count,
                from = steps[0],
                to = steps[^1],
            };

    private static object Checkpoint(CheckpointComparison checkpoint) =>
        new
        {
            step = checkpoint.Step,
            equal = checkpoint.IsEqual,
            kinds = checkpoint.Kinds.Select(Kind),
            facts = checkpoint.Facts.Select(Value),
        };

    private static object Kind(KindComparison kind) =>
        new
        {
            kind = kind.Kind,
            state = Word(kind.State),
            tensors = kind.Tensors?.Tensors,
            different = kind.Tensors?.Different.Select(t => new { name = t.Name, largest = t.Largest }),
        };

    private static object Value(KeyedDifference value) =>
        new
        {
            key = value.Key,
            first = value.One,
            second = value.Other,
        };
}
