using static Lockstep.Core.Recipes.Rule;

namespace Lockstep.Core.Recipes;

/// <summary>What a schedule's values must be.</summary>
internal static class ScheduleRules
{
    public static void Check(ScheduleRecipe schedule, OptimizerRecipe optimizer, ICollection<string> errors)
    {
        switch (schedule)
        {
            case StepsSchedule steps:
                Require(steps.Factor > 0 && double.IsFinite(steps.Factor), errors, "schedule.factor", steps.Factor, "above 0");
                Require(steps.Epochs.All(e => e >= 1), errors, "schedule.epochs", string.Join(", ", steps.Epochs), "1 or more each");
                break;
            case CosineSchedule cosine:
                CheckLeast(cosine.LeastRate, optimizer, errors);
                break;
            case PlateauSchedule plateau:
                Require(plateau.Factor is > 0 and < 1, errors, "schedule.factor", plateau.Factor, "above 0 and below 1");
                Require(plateau.Patience >= 1, errors, "schedule.patience", plateau.Patience, "1 or more");
                Require(
                    plateau.Improvement is >= 0 and < 1,
                    errors,
                    "schedule.improvement",
                    plateau.Improvement,
                    "at least 0 and below 1, a share of the test set"
                );
                CheckLeast(plateau.LeastRate, optimizer, errors);
                break;
        }
        if (schedule.WarmUp is { } warmUp)
            CheckWarmUp(warmUp, errors);
    }

    private static void CheckLeast(double least, OptimizerRecipe optimizer, ICollection<string> errors) =>
        Require(
            least >= 0 && least <= optimizer.Rate,
            errors,
            "schedule.leastRate",
            least,
            FormattableString.Invariant($"0 to 'optimizer.rate' ({optimizer.Rate})")
        );

    private static void CheckWarmUp(WarmUpRecipe warmUp, ICollection<string> errors)
    {
        if (warmUp.Epochs is null == warmUp.Steps is null)
            errors.Add("'schedule.warmUp' must have either 'epochs' or 'steps'; the rate rises over that length.");
        Require(warmUp.Epochs is null or >= 1, errors, "schedule.warmUp.epochs", warmUp.Epochs ?? 0, "1 or more");
        Require(warmUp.Steps is null or >= 1, errors, "schedule.warmUp.steps", warmUp.Steps ?? 0, "1 or more");
        Require(warmUp.From is >= 0 and < 1, errors, "schedule.warmUp.from", warmUp.From, "at least 0 and below 1");
    }
}
