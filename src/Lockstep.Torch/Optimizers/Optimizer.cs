using Lockstep.Core.Recipes;
using Lockstep.Torch.Parameters;

namespace Lockstep.Torch.Optimizers;

/// <summary>Makes the optimiser that a recipe asks for.</summary>
public static class Optimizer
{
    /// <param name="recipe">The rule of every update.</param>
    /// <param name="phases">The parameters of each phase, which take turns; one for updates that change all.</param>
    /// <param name="own">Makes the program's own, where the recipe says so; null where there is none.</param>
    public static IOptimizer Create(
        OptimizerRecipe recipe,
        IReadOnlyList<IReadOnlyList<Parameter>> phases,
        OwnOptimizer.Maker? own = null
    ) =>
        phases is [var all]
            ? Create(recipe, all, own)
            : new PhasedOptimizer([.. phases.Select(parameters => Create(recipe, parameters, own))]);

    /// <exception cref="ArgumentException">The program's own optimiser cannot be used; why.</exception>
    public static IOptimizer Create(OptimizerRecipe recipe, IReadOnlyList<Parameter> parameters, OwnOptimizer.Maker? own = null) =>
        recipe switch
        {
            SgdRecipe sgd => new Sgd(sgd, parameters),
            TorchSgdRecipe sgd => new TorchSgd(sgd, parameters),
            AdamRecipe adam => new Adam(AdamForm.Of(adam), parameters),
            AdamWRecipe adam => new Adam(AdamForm.Of(adam), parameters),
            OwnOptimizerRecipe when own is not null => new OwnOptimizer(own, parameters),
            OwnOptimizerRecipe => throw new ArgumentException(
                "the run's optimiser ('optimizer.kind') is own, and this program makes none; call Optimizer(parameters => ...)."
            ),
            _ => throw new InvalidOperationException($"the optimiser {recipe.GetType().Name} is unknown."),
        };
}
