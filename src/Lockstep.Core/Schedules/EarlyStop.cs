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
        if (recipe.Training.StopAfter is not { } patience || Stagnation.Count(steps, step, history, patience, improvement: 0) == 0)
            return null;
        var best = Evaluation.BestOf(history.Where(e => e.Step <= step)) ?? new(0, 0);
        return FormattableString.Invariant($"accuracy has not been better than {best.Top1 * 100:0.00}% ")
            + FormattableString.Invariant($"(epoch {steps.EpochOf(best.Step - 1)}) for {Count.Of(patience, "epoch")}");
    }
}
