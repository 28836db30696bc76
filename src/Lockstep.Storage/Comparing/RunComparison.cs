using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Core.Texts;

namespace Lockstep.Storage.Comparing;

/// <summary>Where two runs are the same, and where they are not.</summary>
/// <param name="Loss">The losses of their steps.</param>
/// <param name="TestLoss">The losses of their evaluations, by step.</param>
/// <param name="Top1">The shares of test pictures whose class came first, by step.</param>
/// <param name="Top5">The shares of those whose class came among the first five, by step.</param>
/// <param name="Checkpoints">The checkpoints of the same step, newest first.</param>
/// <param name="StepsSavedByOne">The steps of all checkpoints of the first run, newest first.</param>
/// <param name="StepsSavedByOther">The steps of all checkpoints of the second run, newest first.</param>
/// <param name="Settings">The values of their recipes that differ, by dotted key.</param>
public sealed record RunComparison(
    SeriesComparison Loss,
    SeriesComparison TestLoss,
    SeriesComparison Top1,
    SeriesComparison Top5,
    IReadOnlyList<CheckpointComparison> Checkpoints,
    IReadOnlyList<long> StepsSavedByOne,
    IReadOnlyList<long> StepsSavedByOther,
    IReadOnlyList<KeyedDifference> Settings
)
{
    /// <summary>The series of the evaluations.</summary>
    public IReadOnlyList<SeriesComparison> Evaluations => [TestLoss, Top1, Top5];

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
            Evaluation(e => e.TestLoss),
            Evaluation(e => e.Top1),
            Evaluation(e => e.Top5),
            [
                .. from first in one.Checkpoints
                join second in other.Checkpoints on first.Step equals second.Step
                select CheckpointComparison.Of(first.Manifest, second.Manifest, kind => tensors(first, second, kind)),
            ],
            [.. one.Checkpoints.Select(c => c.Step)],
            [.. other.Checkpoints.Select(c => c.Step)],
            KeyedDifference.Between(one.Recipe, other.Recipe)
        );

        SeriesComparison Evaluation(Func<EpochRecord, double> value) =>
            SeriesComparison.Of(one.History.Epochs.Select(e => (e.Step, value(e))), other.History.Epochs.Select(e => (e.Step, value(e))));
    }

    private static string Range(IReadOnlyList<long> steps) => $"{steps[0]} to {steps[^1]}";
}
