using System.Globalization;
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

    /// <summary>What is known without measuring; null where the speed of the workers decides.</summary>
    public static FactorChoice? WithoutMeasuring(RunRecipe recipe, RunTopology topology)
    {
        var candidates = recipe.FactoredGroups(topology);
        return recipe.Layout.Factors switch
        {
            _ when topology.Replicas == 1 => new([], "There is one replica, and nothing to reduce."),
            FactorUse.Never => new([], "Factors are forbidden (--factors never)."),
            FactorUse.Always => new([.. candidates.Select(l => l.Name)], "Factors are asked for (--factors always)."),
            _ when candidates.All(l =>
                    GroupReduction.Of(l, recipe, topology.Replicas) is var r && r.FactorBytes >= Worthwhile * r.SumBytes
                ) => new(
                [],
                $"No layer's factors are smaller than its gradients at {Count.Of(recipe.GlobalBatch, "sample")} a step over "
                    + $"{Count.Of(topology.Replicas, "replica")}."
            ),
            _ => null,
        };
    }

    /// <summary>What the slowest worker's speed decides.</summary>
    public static FactorChoice ByCost(RunRecipe recipe, RunTopology topology, WorkerSpeed slowest)
    {
        var costs = recipe.FactoredGroups(topology).Select(l => (l.Name, Cost: GroupReduction.Of(l, recipe, topology.Replicas))).ToList();
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
