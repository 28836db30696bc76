using static Lockstep.Core.Recipes.Rule;

namespace Lockstep.Core.Recipes;

/// <summary>What an optimiser's values must be.</summary>
internal static class OptimizerRules
{
    public static void Check(OptimizerRecipe optimizer, ICollection<string> errors)
    {
        Require(optimizer.Rate > 0 && double.IsFinite(optimizer.Rate), errors, "optimizer.rate", optimizer.Rate, "above 0");
        if (optimizer is SgdRecipe sgd)
            CheckSgd(sgd, errors);
        else if (optimizer is AdamRecipe adam)
            CheckAdam(adam, errors);
    }

    private static void CheckSgd(SgdRecipe sgd, ICollection<string> errors)
    {
        Require(sgd.Momentum is >= 0 and < 1, errors, "optimizer.momentum", sgd.Momentum, "at least 0 and below 1");
        Require(sgd.WeightDecay >= 0, errors, "optimizer.weightDecay", sgd.WeightDecay, "0 or more");
        Require(sgd.BiasWeightDecay >= 0, errors, "optimizer.biasWeightDecay", sgd.BiasWeightDecay, "0 or more");
        Require(sgd.BiasRate >= 0, errors, "optimizer.biasRate", sgd.BiasRate, "0 or more");
        if (sgd.Lars is { } lars)
            Require(lars.Trust > 0 && double.IsFinite(lars.Trust), errors, "optimizer.lars.trust", lars.Trust, "above 0");
    }

    private static void CheckAdam(AdamRecipe adam, ICollection<string> errors)
    {
        Require(adam.Beta1 is >= 0 and < 1, errors, "optimizer.beta1", adam.Beta1, "at least 0 and below 1");
        Require(adam.Beta2 is >= 0 and < 1, errors, "optimizer.beta2", adam.Beta2, "at least 0 and below 1");
        Require(adam.Epsilon > 0, errors, "optimizer.epsilon", adam.Epsilon, "above 0");
    }
}
