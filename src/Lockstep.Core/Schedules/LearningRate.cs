using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;

namespace Lockstep.Core.Schedules;

/// <summary>
/// The learning rate as a pure function of recipe, step and the evaluations so far: the same bits on every worker, and after every resume.
/// So it is made of plain operations; factors are multiplied one by one, which libm's pow is not needed for.
/// </summary>
public static class LearningRate
{
    /// <summary>The rate of a step: optimiser, schedule, warm-up and batch rule together.</summary>
    /// <param name="recipe">The recipe, which has the rate and the schedule.</param>
    /// <param name="steps">The steps of the run.</param>
    /// <param name="step">Counted from 0: so many updates are done.</param>
    /// <param name="history">Evaluations in the order of steps; those after the step are not looked at.</param>
    public static double Of(RunRecipe recipe, StepPlan steps, long step, IReadOnlyList<Evaluation> history) =>
        recipe.ReplicaFactor * WarmedUp(recipe.Schedule.WarmUp, steps, step) * Scheduled(recipe, steps, step, history);

    private static double Scheduled(RunRecipe recipe, StepPlan steps, long step, IReadOnlyList<Evaluation> history)
    {
        double rate = recipe.Optimizer.Rate;
        return recipe.Schedule switch
        {
            StepsSchedule drops => Dropped(rate, drops.Factor, drops.Epochs.Count(start => steps.EpochOf(step) >= start)),
            CosineSchedule cosine => cosine.LeastRate + (rate - cosine.LeastRate) * HalfCosine.Of((double)step / steps.StepsOfEpochs),
            PlateauSchedule plateau => Math.Max(
                plateau.LeastRate,
                Dropped(
                    rate,
                    plateau.Factor,
                    Stagnation.Count(steps, step, history, recipe.Objective, plateau.Patience, plateau.Improvement)
                )
            ),
            _ => rate,
        };
    }

    /// <summary>The share of the rate that a warm-up leaves.</summary>
    private static double WarmedUp(WarmUpRecipe? warmUp, StepPlan steps, long step)
    {
        if (warmUp is null)
            return 1;
        long length = warmUp.Steps ?? (long)(warmUp.Epochs ?? 0) * steps.StepsPerEpoch;
        return step >= length ? 1 : warmUp.From + (1 - warmUp.From) * ((step + 1.0) / length);
    }

    private static double Dropped(double rate, double factor, int times)
    {
        for (int i = 0; i < times; i++)
            rate *= factor;
        return rate;
    }
}
