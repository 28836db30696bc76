using static Lockstep.Core.Recipes.Rule;

namespace Lockstep.Core.Recipes;

/// <summary>What the values of <see cref="CheckpointRecipe"/> must be.</summary>
internal static class CheckpointRules
{
    public static void Check(CheckpointRecipe checkpoint, ICollection<string> errors)
    {
        Require(checkpoint.EverySteps is null or >= 1, errors, "checkpoint.everySteps", checkpoint.EverySteps ?? 0, "1 or more");
        Require(checkpoint.EveryMinutes is null or > 0, errors, "checkpoint.everyMinutes", checkpoint.EveryMinutes ?? 0, "above 0");
        Require(checkpoint.Keep >= 1, errors, "checkpoint.keep", checkpoint.Keep, "1 or more");
    }
}
