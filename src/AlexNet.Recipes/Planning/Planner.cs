using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Planning;

/// <summary>Looks for the layout in which so many workers train a net fastest, without running any.</summary>
public static class Planner
{
    private const int MostMicroBatches = 64,
        MostTried = 6;

    /// <summary>Every layout that so many workers can take, the fastest first; none where none fits into memory.</summary>
    /// <param name="recipe">Net, batch and precision; its own layout counts only for whether factors are forced or forbidden.</param>
    /// <param name="workers">How many there are.</param>
    /// <param name="hosts">The number of hosts; the workers are divided among them as evenly as possible.</param>
    /// <param name="machine">What one of these can do.</param>
    public static IReadOnlyList<Prediction> Predict(Recipe recipe, int workers, int hosts, MachineModel machine)
    {
        var model = new CostModel(machine, Math.Min(hosts, workers));
        return
        [
            .. Layouts(recipe, workers)
                .Select(layout => Fitting(recipe with { Layout = layout }, model, machine.MemoryLimit))
                .OfType<Prediction>()
                .OrderByDescending(p => p.ImagesPerSecond)
                .ThenBy(p => p.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Every layout of so many workers that this net can be laid out in.</summary>
    public static IEnumerable<NetLayoutRecipe> Layouts(Recipe recipe, int workers)
    {
        var layout = recipe.Layout;
        foreach (
            int shards in Enumerable
                .Range(1, Math.Min(workers, recipe.Net.Towers))
                .Where(s => workers % s == 0 && recipe.Net.Towers % s == 0)
        )
        {
            yield return layout with
            {
                Plan = LayoutPlan.Towers,
                Shards = shards,
                Replicas = workers / shards,
            };
        }

        if (workers > 1)
        {
            yield return layout with
            {
                Plan = LayoutPlan.Hybrid,
                Shards = workers,
                Replicas = 1,
            };
        }
    }

    /// <summary>
    /// The layout with the fewest micro-batches that fit into memory; null where it does not fit, or breaks a rule of recipes.
    /// </summary>
    private static Prediction? Fitting(Recipe recipe, CostModel model, long? limit)
    {
        for (int parts = recipe.Training.MicroBatches; parts <= MostMicroBatches; parts *= 2)
        {
            var cut = recipe with { Training = recipe.Training with { MicroBatches = parts } };
            if (!Recipe.Reader.IsValid(cut) || (cut.Layout.Plan != LayoutPlan.Hybrid && cut.GlobalBatch / cut.Layout.Replicas < parts))
                return null; // or a replica without a sample
            var prediction = Best(cut, model);
            if (limit is null || prediction.Memory <= limit)
                return prediction;
        }
        return null;
    }

    /// <summary>With factors in the layers in which they save time.</summary>
    private static Prediction Best(Recipe recipe, CostModel model)
    {
        var sums = model.Predict(recipe, []);
        if (recipe.Layout.Replicas == 1 || recipe.Layout.Factors == FactorUse.Never)
            return sums;
        var candidates = NetShape.Of(recipe).Factored.Select(l => l.Name).ToList();
        if (recipe.Layout.Factors == FactorUse.Always)
            return model.Predict(recipe, candidates);
        return Subsets(candidates).Select(layers => model.Predict(recipe, layers)).Prepend(sums).MinBy(p => p.Step) ?? sums;
    }

    /// <summary>
    /// All, since what one layer's sum costs depends on what the backward pass hides already; of very deep heads all layers or none.
    /// </summary>
    private static IEnumerable<IReadOnlyList<string>> Subsets(List<string> layers) =>
        layers.Count > MostTried
            ? [layers]
            : Enumerable.Range(1, (1 << layers.Count) - 1).Select(chosen => layers.Where((_, i) => (chosen >> i & 1) != 0).ToList());
}
