using Lockstep.Core.Errors;
using Lockstep.Core.Metrics;
using Lockstep.Core.Runs;
using Lockstep.Core.Status;
using Lockstep.Core.Texts;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Runs;
using Lockstep.Views;

namespace Lockstep.Watching;

/// <summary>What the directory of a run tells where no coordinator answers.</summary>
internal static class EndedRun
{
    /// <summary>How the run stood when its coordinator ended; null where that left no word.</summary>
    public static RunStatus? TryRead(string runDirectory) => LastStatus.TryRead(runDirectory);

    /// <summary>What is known of a run whose coordinator left no word of its end.</summary>
    /// <exception cref="BadInputException">The directory holds no run.</exception>
    public static InvalidOperationException WithoutAWord(string runDirectory)
    {
        var history = RunHistory.Read(runDirectory);
        var (step, epoch) = (history.Steps[^1], history.Epochs.Count > 0 ? history.Epochs[^1] : null);
        var saved = new CheckpointStore(runDirectory).List().FirstOrDefault(c => c.State == CheckpointState.Whole);
        return new InvalidOperationException(
            $"No coordinator leads the run in '{VisibleText.Line(runDirectory)}', and the run did not record its end: it was killed, or "
                + "its machine failed. "
                + RunProgress.Invariant($"The last step that it recorded is {step.Step:N0}, with loss {step.Loss:0.0000}; ")
                + (epoch is null ? "" : $"its last evaluation found {MetricText.Sentence(epoch.Metrics)}; ")
                + (
                    saved is null
                        ? "it has saved no checkpoint."
                        : RunProgress.Invariant($"its newest whole checkpoint is of step {saved.Step:N0}.")
                )
                + $" '{RunHints.Resume(runDirectory)}' continues it."
        );
    }
}
