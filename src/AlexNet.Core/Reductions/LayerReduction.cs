using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using AlexNet.Core.Topology;

namespace AlexNet.Core.Reductions;

/// <summary>
/// What reducing a fully connected layer costs one worker in a step, as gradients and as factors. Source: Zhang et al., Poseidon (2017), section 3.2, on
/// "sufficient factors"; here every replica sends its factors to every other.
/// </summary>
/// <param name="SumBytes">Sent when gradients are summed: each replica sums one part of them, and sends the sum to all.</param>
/// <param name="FactorBytes">Sent when factors are gathered.</param>
/// <param name="ExtraFlops">Multiplications and additions of the products that the other replicas' samples take.</param>
public readonly record struct LayerReduction(double SumBytes, double FactorBytes, double ExtraFlops)
{
    /// <param name="layer">A fully connected layer.</param>
    /// <param name="recipe">Batch, and the types of what travels.</param>
    /// <param name="topology">The largest shard counts.</param>
    public static LayerReduction Of(LayerShape layer, Recipe recipe, RunTopology topology)
    {
        int inputs = layer.Input.Elements;
        var placement = NetPlacement.Of(recipe, topology);
        int outputs = Enumerable.Range(0, topology.Shards).Max(s => placement.OutputsOf(layer, s).Length);
        double gradients = (inputs + 1.0) * outputs; // weight and bias
        int replicas = topology.Replicas;
        double samples = (double)recipe.GlobalBatch / replicas;
        return new(
            2.0 * (replicas - 1) / replicas * gradients * GradientSize(recipe),
            (replicas - 1) * samples * (inputs + outputs) * FactorSize(recipe),
            2.0 * (replicas - 1) * samples * inputs * outputs);
    }

    /// <summary>Seconds that summing gradients takes.</summary>
    public double SumSeconds(WorkerSpeed speed) => SumBytes / speed.BytesPerSecond;

    /// <summary>Seconds that gathering factors takes, and the product that is larger for them.</summary>
    public double FactorSeconds(WorkerSpeed speed) => FactorBytes / speed.BytesPerSecond + ExtraFlops / speed.FlopsPerSecond;

    private static int GradientSize(Recipe recipe) => recipe.Layout.Gradients == GradientElements.Bf16 ? 2 : 4;

    /// <summary>Factors are activations and their gradients.</summary>
    private static int FactorSize(Recipe recipe) => recipe.Training.Precision == Precision.Bf16 ? 2 : 4;
}
