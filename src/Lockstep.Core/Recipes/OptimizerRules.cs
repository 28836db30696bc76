using static Lockstep.Core.Recipes.Rule;

namespace Lockstep.Core.Recipes;

/// <summary>What an optimiser's values must be, besides the range of each number.</summary>
internal static class OptimizerRules
{
    public static void Check(OptimizerRecipe optimizer, ICollection<string> errors)
    {
        if (optimizer is TorchSgdRecipe { Nesterov: true } sgd)
            Require(sgd.Momentum > 0, errors, "optimizer.momentum", sgd.Momentum, "above 0, since optimizer.nesterov is true");
        if (optimizer is OwnOptimizerRecipe { Groups: not null })
            errors.Add("optimizer.groups is given, and the optimiser is the program's own; give its groups in the program.");
        foreach (var (group, i) in (optimizer.Groups ?? []).Select((group, i) => (group, i)))
            Require(group.Names.Length > 0, errors, $"optimizer.groups[{i}].names", "''", "names of parameters, such as *.bias");
    }
}
