using static Lockstep.Core.Recipes.Rule;

namespace Lockstep.Core.Recipes;

/// <summary>What an optimiser's values must be.</summary>
internal static class OptimizerRules
{
    public static void Check(OptimizerRecipe optimizer, ICollection<string> errors)
    {
        Require(optimizer.Rate > 0 && double.IsFinite(optimizer.Rate), errors, "optimizer.rate", optimizer.Rate, "above 0");
        switch (optimizer)
        {
            case SgdRecipe sgd:
                CheckSgd(sgd, errors);
                break;
            case TorchSgdRecipe sgd:
                CheckTorchSgd(sgd, errors);
                break;
            case AdamRecipe adam:
                CheckAdam(adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay ?? 0, errors);
                break;
            case AdamWRecipe adam:
                CheckAdam(adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay, errors);
                break;
            case OwnOptimizerRecipe { Groups: not null }:
                errors.Add("optimizer.groups is given, and the optimiser is the program's own; give its groups in the program.");
                break;
        }

        foreach (var (group, i) in (optimizer.Groups ?? []).Select((group, i) => (group, i)))
        {
            string key = $"optimizer.groups[{i}]";
            Require(group.Names.Length > 0, errors, $"{key}.names", "''", "names of parameters, such as *.bias");
            Require(group.Rate >= 0 && double.IsFinite(group.Rate), errors, $"{key}.rate", group.Rate, "0 or more");
            Require(group.WeightDecay is null or >= 0, errors, $"{key}.weightDecay", group.WeightDecay ?? 0, "0 or more");
        }
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

    private static void CheckTorchSgd(TorchSgdRecipe sgd, ICollection<string> errors)
    {
        Require(sgd.Momentum is >= 0 and < 1, errors, "optimizer.momentum", sgd.Momentum, "at least 0 and below 1");
        Require(sgd.WeightDecay >= 0, errors, "optimizer.weightDecay", sgd.WeightDecay, "0 or more");
        Require(!sgd.Nesterov || sgd.Momentum > 0, errors, "optimizer.momentum", sgd.Momentum, "above 0, since optimizer.nesterov is true");
    }

    private static void CheckAdam(double beta1, double beta2, double epsilon, double decay, ICollection<string> errors)
    {
        Require(beta1 is >= 0 and < 1, errors, "optimizer.beta1", beta1, "at least 0 and below 1");
        Require(beta2 is >= 0 and < 1, errors, "optimizer.beta2", beta2, "at least 0 and below 1");
        Require(epsilon > 0, errors, "optimizer.epsilon", epsilon, "above 0");
        Require(decay >= 0, errors, "optimizer.weightDecay", decay, "0 or more");
    }
}
