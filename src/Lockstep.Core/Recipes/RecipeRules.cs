using Lockstep.Core.Augmentation;
using Lockstep.Core.Net;
using Lockstep.Core.Texts;
using static Lockstep.Core.Recipes.Rule;

namespace Lockstep.Core.Recipes;

/// <summary>The rules that a recipe of the right structure must still keep; reports every one it breaks.</summary>
internal static class RecipeRules
{
    private const int MostWorkers = 1024,
        MostSamples = 1 << 24,
        LongestName = 100;

    public static void Check(Recipe recipe, ICollection<string> errors)
    {
        Require(
            IsName(recipe.Name),
            errors,
            "name",
            $"'{VisibleText.Line(recipe.Name)}'",
            $"1 to {LongestName} characters without slashes and control characters: run directories are called by it"
        );
        CheckData(recipe.Data, errors);
        OptimizerRules.Check(recipe.Optimizer, errors);
        ScheduleRules.Check(recipe.Schedule, recipe.Optimizer, errors);
        CheckTraining(recipe, errors);
        CheckCheckpoint(recipe.Checkpoint, errors);
        NetShape.Of(recipe, errors);
    }

    private static bool IsName(string name) =>
        name.Trim().Length > 0 && name.Length <= LongestName && name.All(c => VisibleText.IsVisible(c) && c is not ('/' or '\\'));

    private static void CheckData(DataRecipe data, ICollection<string> errors)
    {
        Require(data.Channels is 1 or 3, errors, "data.channels", data.Channels, "1 or 3");
        Require(data.Height >= 1, errors, "data.height", data.Height, "1 or more");
        Require(data.Width >= 1, errors, "data.width", data.Width, "1 or more");
        Require(data.Classes >= 2, errors, "data.classes", data.Classes, "2 or more");
        Require(
            data.Mean.Count == 1 || data.Mean.Count == data.Channels,
            errors,
            "data.mean",
            $"a list of {data.Mean.Count}",
            "one value, or one for each channel"
        );
        Require(
            data.Std.Count == 1 || data.Std.Count == data.Channels,
            errors,
            "data.std",
            $"a list of {data.Std.Count}",
            "one value, or one for each channel"
        );
        Require(data.Std.All(s => s > 0), errors, "data.std", string.Join(", ", data.Std), "above 0");
        CheckResize(data, errors);
        CheckColourNoise(data, errors);
        if (data.Skip is not null && data.Kind != DataKind.Images)
            errors.Add("'data.skip' is given; only image files can be left out, of 'data.kind' images.");
        Require(data.Generated.Train >= 1, errors, "data.generated.train", data.Generated.Train, "1 or more");
        Require(data.Generated.Test >= 1, errors, "data.generated.test", data.Generated.Test, "1 or more");
    }

    private static void CheckResize(DataRecipe data, ICollection<string> errors)
    {
        if (data.Resize is WholeResize whole)
        {
            Require(
                (whole.Height ?? data.Height) >= data.Height,
                errors,
                "data.resize.height",
                whole.Height ?? 0,
                $"'data.height' ({data.Height}) or more"
            );
            Require(
                (whole.Width ?? data.Width) >= data.Width,
                errors,
                "data.resize.width",
                whole.Width ?? 0,
                $"'data.width' ({data.Width}) or more"
            );
        }
        else if (data.Resize is ShortestSideResize shortest)
        {
            int least = Math.Max(data.Height, data.Width);
            Require(
                shortest.Size >= least,
                errors,
                "data.resize.size",
                shortest.Size,
                $"{least} or more, as 'data.height' and 'data.width' are cut out of it"
            );
        }
    }

    private static void CheckColourNoise(DataRecipe data, ICollection<string> errors)
    {
        if (data.Augmentation.ColourNoise is not { } noise)
            return;
        Require(data.Channels == ColourNoise.Colours, errors, "data.channels", data.Channels, "3 with 'data.augmentation.colourNoise'");
        Require(noise.Strength >= 0, errors, "data.augmentation.colourNoise.strength", noise.Strength, "0 or more");
        Require(
            noise.Deviations.Count == ColourNoise.Colours && noise.Deviations.All(d => d >= 0),
            errors,
            "data.augmentation.colourNoise.deviations",
            string.Join(", ", noise.Deviations),
            "three numbers, 0 or more each"
        );
        Require(
            noise.Axes.Count == ColourNoise.Colours && noise.Axes.All(a => a.Count == ColourNoise.Colours),
            errors,
            "data.augmentation.colourNoise.axes",
            $"a list of {noise.Axes.Count}",
            "three lists of three numbers"
        );
        Require(noise.UntilEpoch is null or >= 1, errors, "data.augmentation.colourNoise.untilEpoch", noise.UntilEpoch ?? 0, "1 or more");
    }

    private static void CheckCheckpoint(CheckpointRecipe checkpoint, ICollection<string> errors)
    {
        Require(checkpoint.EverySteps is null or >= 1, errors, "checkpoint.everySteps", checkpoint.EverySteps ?? 0, "1 or more");
        Require(checkpoint.EveryMinutes is null or > 0, errors, "checkpoint.everyMinutes", checkpoint.EveryMinutes ?? 0, "above 0");
        Require(checkpoint.Keep >= 1, errors, "checkpoint.keep", checkpoint.Keep, "1 or more");
    }

    private static void CheckTraining(Recipe recipe, ICollection<string> errors)
    {
        var (training, layout, towers) = (recipe.Training, recipe.Layout, recipe.Net.Towers);
        Require(training.Batch >= 1, errors, "training.batch", training.Batch, "1 or more");
        Require(training.MicroBatches >= 1, errors, "training.microBatches", training.MicroBatches, "1 or more");
        Require(training.Epochs >= 1, errors, "training.epochs", training.Epochs, "1 or more");
        Require(training.Steps is null or >= 1, errors, "training.steps", training.Steps ?? 0, "1 or more");
        Require(training.StopAfter is null or >= 1, errors, "training.stopAfter", training.StopAfter ?? 0, "1 or more");
        Require(training.Batch <= MostSamples, errors, "training.batch", training.Batch, $"{MostSamples} or less");
        Require(layout.Replicas is >= 1 and <= MostWorkers, errors, "layout.replicas", layout.Replicas, $"1 to {MostWorkers}");
        Require(layout.Shards is >= 1 and <= MostWorkers, errors, "layout.shards", layout.Shards, $"1 to {MostWorkers}");
        CheckWorkers(recipe, errors);
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
                $"'layout.shards' is {layout.Shards}, which does not divide the net's {Count.Of(towers, "tower")}; use --shards "
                    + $"{string.Join(" or ", divisors)}."
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

    /// <summary>No worker is without a sample in every step, and no micro-batch either.</summary>
    private static void CheckWorkers(Recipe recipe, ICollection<string> errors)
    {
        var (training, layout) = (recipe.Training, recipe.Layout);
        if (training.Batch is < 1 or > MostSamples || layout.Replicas is < 1 or > MostWorkers || layout.Shards is < 1 or > MostWorkers)
            return; // told already
        if ((long)layout.Replicas * layout.Shards > MostWorkers)
        {
            errors.Add(
                FormattableString.Invariant($"'layout.replicas' {layout.Replicas} of 'layout.shards' {layout.Shards} are ")
                    + $"{Count.Of((long)layout.Replicas * layout.Shards, "worker")}; at most {MostWorkers} are allowed; use fewer."
            );
        }

        var (key, parts) = layout.Plan == LayoutPlan.Hybrid ? ("layout.shards", layout.Shards) : ("layout.replicas", layout.Replicas);
        if (training.BatchRule == BatchRule.Linear)
            parts = 1; // the batch grows with the workers
        if (training.MicroBatches > Math.Max(1, training.Batch / parts))
        {
            errors.Add(
                $"'training.microBatches' is {training.MicroBatches}, and a replica has {Math.Max(1, training.Batch / parts)} of the "
                    + "samples of a step; each micro-batch must have one at least: use fewer, or a larger --batch."
            );
        }

        if (parts > training.Batch)
        {
            errors.Add(
                $"'{key}' is {parts}, and a step has {training.Batch} samples ('training.batch'); each worker must have one at least: use "
                    + "fewer workers, or a larger --batch."
            );
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
                $"'layout.shards' is {layout.Shards}, but layer '{layer.Name}' has {Count.Of(layer.Outputs, "output")}, and each worker "
                    + "must hold one at least; use fewer workers."
            );
        }
    }
}
