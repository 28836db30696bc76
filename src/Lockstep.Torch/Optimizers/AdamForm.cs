using Lockstep.Core.Recipes;

namespace Lockstep.Torch.Optimizers;

/// <summary>Adam in one of its forms.</summary>
/// <param name="Recipe">What it is made from.</param>
/// <param name="Beta1">Share of the first moment that is kept.</param>
/// <param name="Beta2">Share of the second moment that is kept.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="WeightDecay">Decay of a parameter that has none of its own.</param>
/// <param name="IsDecoupled">The decay shrinks the values themselves (AdamW), and is no part of the gradient.</param>
internal sealed record AdamForm(OptimizerRecipe Recipe, double Beta1, double Beta2, double Epsilon, double WeightDecay, bool IsDecoupled)
{
    public static AdamForm Of(AdamRecipe recipe) =>
        new(recipe, recipe.Beta1, recipe.Beta2, recipe.Epsilon, recipe.WeightDecay ?? 0, IsDecoupled: false);

    public static AdamForm Of(AdamWRecipe recipe) =>
        new(recipe, recipe.Beta1, recipe.Beta2, recipe.Epsilon, recipe.WeightDecay, IsDecoupled: true);
}
