using AlexNet.Core.Recipes;

namespace AlexNet.Core.Schedules;

/// <summary>The learning rate as a pure function of the epoch.</summary>
public static class LearningRate
{
    /// <summary>The rate of an epoch (counted from 1) of a run: optimiser, schedule and batch rule together.</summary>
    public static double Of(Recipe recipe, int epoch) => recipe.ReplicaFactor * Of(recipe.Optimizer, recipe.Schedule, epoch);

    /// <summary>The rate of an epoch (counted from 1) for an optimiser under a schedule.</summary>
    public static double Of(OptimizerRecipe optimizer, ScheduleRecipe schedule, int epoch) => schedule switch
    {
        // multiplied one by one, so that the result does not pass through libm's pow
        StepsSchedule steps => steps.Epochs.Where(start => epoch >= start).Aggregate(optimizer.Rate, (rate, _) => rate * steps.Factor),
        _ => optimizer.Rate,
    };
}
