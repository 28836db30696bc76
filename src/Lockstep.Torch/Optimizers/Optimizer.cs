using Lockstep.Core.Recipes;
using Lockstep.Torch.Parameters;

namespace Lockstep.Torch.Optimizers;

/// <summary>Makes the optimiser that a recipe asks for.</summary>
public static class Optimizer
{
    /// <param name="recipe">The rule of every update.</param>
    /// <param name="phases">The parameters of each phase, which take turns; one for updates that change all.</param>
    public static IOptimizer Create(OptimizerRecipe recipe, IReadOnlyList<IReadOnlyList<Parameter>> phases) =>
        phases is [var all] ? Create(recipe, all) : new PhasedOptimizer([.. phases.Select(parameters => Create(recipe, parameters))]);

    public static IOptimizer Create(OptimizerRecipe recipe, IReadOnlyList<Parameter> parameters) =>
        recipe switch
        {
            SgdRecipe sgd => new Sgd(sgd, parameters),
            TorchSgdRecipe sgd => new TorchSgd(sgd, parameters),
            AdamRecipe adam => new Adam(AdamForm.Of(adam), parameters),
            AdamWRecipe adam => new Adam(AdamForm.Of(adam), parameters),
            _ => throw new InvalidOperationException($"the optimiser {recipe.GetType().Name} is unknown."),
        };
}
