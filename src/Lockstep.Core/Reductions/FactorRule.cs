using System.Globalization;
using Lockstep.Core.Net;
using Lockstep.Core.Recipes;
using Lockstep.Core.Texts;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Reductions;

/// <summary>
/// Decides for each fully connected layer whether its gradients are summed or travel as factors. Decided once in a run and stored, since
/// the two round differently (law 3).
/// </summary>
public static class FactorRule
{
    private const double Worthwhile = 0.8; // of the time that sums take: a choice near the balance would change from run to run

    /// <summary>
    /// Layers whose gradients have factors: what autograd goes through, so not a first layer, which only the image feeds.
    /// </summary>
    public static IReadOnlyList<LayerShape> Candidates(NetShape net) =>
        [.. net.Layers.Where(l => l.Recipe is FullyConnectedRecipe && l.Index > 0)];

    /// <summary>What is known without measuring; null where the speed of the workers decides.</summary>
    public static FactorChoice? WithoutMeasuring(Recipe recipe, RunTopology topology)
    {
        var candidates = Candidates(NetShape.Of(recipe));
        return recipe.Layout.Factors switch
        {
            _ when topology.Replicas == 1 => new([], "There is one replica, and nothing to reduce."),
            FactorUse.Never => new([], "Factors are forbidden (--factors never)."),
            FactorUse.Always => new([.. candidates.Select(l => l.Name)], "Factors are asked for (--factors always)."),
            _ when candidates.All(l => LayerReduction.Of(l, recipe, topology) is var r && r.FactorBytes >= Worthwhile * r.SumBytes) => new(
                [],
                $"No layer's factors are smaller than its gradients at {Count.Of(recipe.GlobalBatch, "sample")} a step over "
                    + $"{Count.Of(topology.Replicas, "replica")}."
            ),
            _ => null,
        };
    }

    /// <summary>What the slowest worker's speed decides.</summary>
    public static FactorChoice ByCost(Recipe recipe, RunTopology topology, WorkerSpeed slowest)
    {
        var costs = Candidates(NetShape.Of(recipe)).Select(l => (l.Name, Cost: LayerReduction.Of(l, recipe, topology))).ToList();
        var chosen = costs.Where(c => c.Cost.FactorSeconds(slowest) < Worthwhile * c.Cost.SumSeconds(slowest)).ToList();
        string speed = string.Create(
            CultureInfo.InvariantCulture,
            $"At {slowest.BytesPerSecond / 1e9:0.##} GB/s and {slowest.FlopsPerSecond / 1e9:0} GFLOP/s"
        );
        if (chosen.Count == 0)
            return new([], $"{speed} the larger products would take longer than the sums.");
        double sums = chosen.Sum(c => c.Cost.SumSeconds(slowest)),
            factors = chosen.Sum(c => c.Cost.FactorSeconds(slowest));
        return new(
            [.. chosen.Select(c => c.Name)],
            string.Create(CultureInfo.InvariantCulture, $"{speed} factors take {1000 * factors:0} ms where sums take {1000 * sums:0} ms.")
        );
    }
}
