using Lockstep.Core.Errors;
using Lockstep.Core.Texts;

namespace Lockstep.Storage.Comparing;

/// <summary>Where two runs are the same, and where they are not.</summary>
/// <param name="Loss">The losses of their steps.</param>
/// <param name="Metrics">What their evaluations measured, by step.</param>
/// <param name="Checkpoints">The checkpoints of the same step, newest first.</param>
/// <param name="StepsSavedByOne">The steps of all checkpoints of the first run, newest first.</param>
/// <param name="StepsSavedByOther">The steps of all checkpoints of the second run, newest first.</param>
/// <param name="Settings">The values of their recipes that differ, by dotted key.</param>
public sealed record RunComparison(
    SeriesComparison Loss,
    IReadOnlyList<MetricComparison> Metrics,
    IReadOnlyList<CheckpointComparison> Checkpoints,
    IReadOnlyList<long> StepsSavedByOne,
    IReadOnlyList<long> StepsSavedByOther,
    IReadOnlyList<KeyedDifference> Settings
)
{
    /// <summary>Compares two runs.</summary>
    /// <param name="one">The first run.</param>
    /// <param name="other">The second run.</param>
    /// <param name="tensors">Reads and compares the whole tensors of a kind in two checkpoints.</param>
    /// <exception cref="BadInputException">They have no step in common.</exception>
    public static RunComparison Of(
        ComparedRun one,
        ComparedRun other,
        Func<ComparedCheckpoint, ComparedCheckpoint, string, TensorComparison> tensors
    )
    {
        var loss = SeriesComparison.Of(one.History.Steps.Select(s => (s.Step, s.Loss)), other.History.Steps.Select(s => (s.Step, s.Loss)));
        if (loss.Points.Count == 0)
        {
            throw new BadInputException(
                $"the runs have no step in common: the first has recorded steps {Range(loss.OnlyInOne)}, the second steps "
                    + $"{Range(loss.OnlyInOther)}; one at least is required. Compare runs of the same steps."
            );
        }

        return new(
            loss,
            [
                .. one
                    .History.Epochs.Concat(other.History.Epochs)
                    .SelectMany(e => e.Metrics)
                    .Select(m => m.Name)
                    .Distinct()
                    .Select(name => new MetricComparison(name, SeriesComparison.Of(Measured(one, name), Measured(other, name)))),
            ],
            [
                .. from first in one.Checkpoints
                join second in other.Checkpoints on first.Step equals second.Step
                select CheckpointComparison.Of(first.Manifest, second.Manifest, kind => tensors(first, second, kind)),
            ],
            [.. one.Checkpoints.Select(c => c.Step)],
            [.. other.Checkpoints.Select(c => c.Step)],
            KeyedDifference.Between(one.Recipe, other.Recipe)
        );
    }

    private static IEnumerable<(long Step, double Value)> Measured(ComparedRun run, string metric) =>
        from epoch in run.History.Epochs
        where epoch.Metrics[metric] is not null
        select (epoch.Step, epoch.Metrics[metric] ?? 0);

    private static string Range(IReadOnlyList<long> steps) => $"{steps[0]} to {steps[^1]}";
}
