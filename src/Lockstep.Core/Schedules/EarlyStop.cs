using Lockstep.Core.Metrics;
using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Texts;

namespace Lockstep.Core.Schedules;

/// <summary>Whether a run ends before its last step: a pure function, so that all workers end after the same one.</summary>
public static class EarlyStop
{
    /// <summary>Why it does, as "accuracy has not been better than 81.25% (epoch 5) for 2 epochs"; null where it goes on.</summary>
    /// <param name="recipe">Its <see cref="TrainingRecipe.StopAfter"/> decides.</param>
    /// <param name="steps">The steps of the run.</param>
    /// <param name="step">Updates that are done.</param>
    /// <param name="history">Evaluations in the order of steps.</param>
    public static string? Reason(RunRecipe recipe, StepPlan steps, long step, IReadOnlyList<Evaluation> history)
    {
        var objective = recipe.Objective;
        if (
            recipe.Training.StopAfter is not { } patience
            || Stagnation.Count(steps, step, history, objective, patience, improvement: 0) == 0
            || Evaluation.BestOf(history.Where(e => e.Step <= step), objective) is not { } best
        )
        {
            return null;
        }

        return $"{MetricText.Name(objective.Metric)} has not been better than {MetricText.Value(objective.Metric, best.Metrics)} "
            + FormattableString.Invariant($"(epoch {steps.EpochOf(best.Step - 1)}) for {Count.Of(patience, "epoch")}");
    }
}
