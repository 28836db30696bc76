using static Lockstep.Core.Recipes.Rule;

namespace AlexNet.Recipes;

/// <summary>What the values of <see cref="LossRecipe"/> must be, besides the range of each number.</summary>
internal static class LossRules
{
    public static void Check(Recipe recipe, ICollection<string> errors)
    {
        var (loss, classes) = (recipe.Loss, recipe.Data.Classes);
        if (loss.Weighting != ClassWeighting.Given)
        {
            Require(loss.Weights is null, errors, "loss.weights", "given", "left out, unless 'loss.weighting' is given");
            return;
        }

        var weights = loss.Weights ?? [];
        Require(
            weights.Count == classes && weights.Any(w => w > 0),
            errors,
            "loss.weights",
            $"a list of {weights.Count}",
            $"one number for each of 'data.classes' ({classes}), and not all 0"
        );
    }
}
