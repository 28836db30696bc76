using Lockstep.Core.Recipes;

namespace Lockstep.Core.Reductions;

/// <summary>
/// What reducing a fully connected layer costs one worker in a step, as gradients and as factors. Source: Zhang et al., Poseidon (2017),
/// section 3.2, on "sufficient factors"; here every replica sends its factors to every other.
/// </summary>
/// <param name="SumBytes">Bytes sent when gradients are summed: each replica sums one part of them, and sends the sum to all.</param>
/// <param name="FactorBytes">Bytes sent when factors are gathered.</param>
/// <param name="ExtraFlops">Multiplications and additions of the products that the other replicas' samples take.</param>
public readonly record struct GroupReduction(double SumBytes, double FactorBytes, double ExtraFlops)
{
    /// <param name="group">The group, as large as in the largest shard.</param>
    /// <param name="recipe">Batch, and the types of what travels.</param>
    /// <param name="replicas">The number of replicas that sum.</param>
    public static GroupReduction Of(FactoredGroup group, RunRecipe recipe, int replicas)
    {
        var (_, inputs, outputs) = group;
        double gradients = (inputs + 1.0) * outputs; // weight and bias
        double samples = (double)recipe.GlobalBatch / replicas;
        return new(
            2.0 * (replicas - 1) / replicas * gradients * recipe.GradientBytes,
            (replicas - 1) * samples * (inputs + outputs) * recipe.ActivationBytes, // factors are activations and their gradients
            2.0 * (replicas - 1) * samples * inputs * outputs
        );
    }

    /// <summary>Seconds that summing gradients takes.</summary>
    public double SumSeconds(WorkerSpeed speed) => SumBytes / speed.BytesPerSecond;

    /// <summary>Seconds that gathering factors takes, and the product that is larger for them.</summary>
    public double FactorSeconds(WorkerSpeed speed) => FactorBytes / speed.BytesPerSecond + ExtraFlops / speed.FlopsPerSecond;
}
