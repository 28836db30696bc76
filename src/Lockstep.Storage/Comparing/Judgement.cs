using System.Globalization;
using Lockstep.Core.Metrics;
using Lockstep.Core.Texts;

namespace Lockstep.Storage.Comparing;

/// <summary>Decides whether two runs are equal.</summary>
/// <param name="Verdict">What was decided.</param>
/// <param name="Reasons">What stands against equality bit for bit or, where there is a tolerance, what goes beyond it.</param>
public sealed record Judgement(Verdict Verdict, IReadOnlyList<string> Reasons)
{
    /// <summary>
    /// Judges by losses, evaluations and checkpoints alone; recipes and environments may differ. A tolerance is for the losses of steps and
    /// evaluations: a share of test pictures moves by a whole picture, and hashes know no distance.
    /// </summary>
    /// <param name="comparison">What was found.</param>
    /// <param name="tolerance">The relative difference of losses that is allowed; null for none.</param>
    public static Judgement Of(RunComparison comparison, double? tolerance)
    {
        string[] differences = [.. Series(comparison), .. Lengths(comparison), .. Saves(comparison)];
        if (differences.Length == 0)
            return new(Verdict.Equal, []);
        if (tolerance is not { } allowed)
            return new(Verdict.Different, differences);
        string[] beyond =
        [
            .. Beyond(comparison.Loss, "the loss", allowed),
            .. comparison.Metrics.Where(m => m.Name == MetricNames.TestLoss).SelectMany(m => Beyond(m.Series, "the test loss", allowed)),
            .. Lengths(comparison),
        ];
        return new(beyond.Length == 0 ? Verdict.WithinTolerance : Verdict.Different, beyond);
    }

    private static IEnumerable<string> Series(RunComparison comparison)
    {
        if (comparison.Loss.First is { } step)
            yield return $"the losses part at step {step.Step}";
        if (comparison.Metrics.Select(m => m.Series.First).OfType<PointDifference>().MinBy(p => p.Step) is { } evaluation)
            yield return $"the evaluations part at step {evaluation.Step}";
    }

    private static IEnumerable<string> Lengths(RunComparison comparison)
    {
        if (comparison.Loss.OnlyInOne.Count + comparison.Loss.OnlyInOther.Count is > 0 and var steps)
            yield return $"{Count.Of(steps, "step is", "steps are")} in one run alone";
        int evaluations = comparison.Metrics.Select(m => m.Series.OnlyInOne.Count + m.Series.OnlyInOther.Count).DefaultIfEmpty().Max();
        if (evaluations > 0)
            yield return $"{Count.Of(evaluations, "evaluation is", "evaluations are")} in one run alone";
    }

    private static IEnumerable<string> Saves(RunComparison comparison)
    {
        if (comparison.Checkpoints.LastOrDefault(c => !c.IsEqual) is { } first)
            yield return $"the checkpoints of step {first.Step} differ";
        if (comparison.Checkpoints.Count == 0 && comparison.StepsSavedByOne.Count + comparison.StepsSavedByOther.Count > 0)
            yield return "no checkpoint can be compared";
    }

    private static IEnumerable<string> Beyond(SeriesComparison series, string what, double tolerance)
    {
        if (!series.IsWithin(tolerance) && series.LargestRelative is { } largest)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{what} of step {largest.Step} differs by {largest.Relative:G3}, more than {tolerance}"
            );
        }
    }
}
