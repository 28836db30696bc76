using Lockstep.Core.Texts;
using static Lockstep.Core.Recipes.Rule;

namespace AlexNet.Recipes;

/// <summary>Which layouts a net can be cut into.</summary>
internal static class NetLayoutRules
{
    public static void Check(Recipe recipe, ICollection<string> errors)
    {
        var (layout, towers) = (recipe.Layout, recipe.Net.Towers);
        if (layout.Plan == LayoutPlan.Hybrid)
        {
            CheckHybrid(recipe, errors);
            return;
        }
        if (layout.Plan == LayoutPlan.Data)
        {
            Require(
                layout.Shards == 1,
                errors,
                "layout.shards",
                layout.Shards,
                "1 with 'layout.plan' data, where every worker holds the whole net"
            );
        }

        if (layout.Shards >= 1 && towers >= 1 && towers % layout.Shards != 0)
        {
            var divisors = Enumerable.Range(1, towers).Where(m => towers % m == 0);
            errors.Add(
                $"'layout.shards' is {layout.Shards}, which does not divide the net's {Count.Of(towers, "tower")}; "
                    + $"use --shards {string.Join(" or ", divisors)}."
            );
        }
        if (layout.Shards > 1 && towers > 1)
        {
            foreach (var layer in recipe.Net.Layers.Where(l => l is ConvRecipe { Lrn.Across: Connect.All }))
            {
                errors.Add(
                    $"layer '{layer.Name}' normalises across all towers, but 'layout.shards' is {layout.Shards}; maps beside a shard's "
                        + "border are not exchanged: use --shards 1, or say \"across\": \"own\"."
                );
            }
        }
    }

    private static void CheckHybrid(Recipe recipe, ICollection<string> errors)
    {
        var (layout, layers) = (recipe.Layout, recipe.Net.Layers);
        Require(
            layout.Replicas == 1,
            errors,
            "layout.replicas",
            layout.Replicas,
            "1 with 'layout.plan' hybrid, in which all workers together hold one net; give their number as --shards"
        );
        Require(
            recipe.Training.MicroBatches == 1,
            errors,
            "training.microBatches",
            recipe.Training.MicroBatches,
            "1 with 'layout.plan' hybrid, which takes the batch in turns already"
        );
        int convolutions = layers.TakeWhile(l => l is ConvRecipe).Count();
        if (convolutions == 0 || convolutions == layers.Count || layers.Skip(convolutions).Any(l => l is ConvRecipe))
        {
            errors.Add(
                "'layout.plan' is hybrid, which needs convolutions and after them fully connected layers; use --plan towers for this net."
            );
        }

        foreach (var layer in layers.OfType<FullyConnectedRecipe>().Where(l => l.Outputs < layout.Shards))
        {
            errors.Add(
                $"'layout.shards' is {layout.Shards}, but layer '{layer.Name}' has {Count.Of(layer.Outputs, "output")}, "
                    + "and each worker must hold one at least; use fewer workers."
            );
        }
    }
}
