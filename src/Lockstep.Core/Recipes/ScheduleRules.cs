using static Lockstep.Core.Recipes.Rule;

namespace Lockstep.Core.Recipes;

/// <summary>What a schedule's values must be, besides the range of each number.</summary>
internal static class ScheduleRules
{
    public static void Check(ScheduleRecipe schedule, OptimizerRecipe optimizer, ICollection<string> errors)
    {
        double least = schedule switch
        {
            CosineSchedule cosine => cosine.LeastRate,
            PlateauSchedule plateau => plateau.LeastRate,
            _ => 0,
        };
        Require(
            least <= optimizer.Rate,
            errors,
            "schedule.leastRate",
            least,
            FormattableString.Invariant($"0 to 'optimizer.rate' ({optimizer.Rate})")
        );
        if (schedule.WarmUp is { } warmUp && warmUp.Epochs is null == warmUp.Steps is null)
            errors.Add("'schedule.warmUp' must have either 'epochs' or 'steps'; the rate rises over that length.");
    }
}
