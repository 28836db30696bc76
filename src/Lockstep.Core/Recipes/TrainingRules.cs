using Lockstep.Core.Metrics;
using Lockstep.Core.Texts;
using static Lockstep.Core.Recipes.Rule;

namespace Lockstep.Core.Recipes;

/// <summary>What phases, batch and number of workers must be, besides the range of each number.</summary>
internal static class TrainingRules
{
    private const int MostPhases = 16;

    public static void Check(RunRecipe recipe, ICollection<string> errors)
    {
        CheckPhases(recipe.Training.Phases, errors);
        if (!RecipeRanges.Hold(recipe.Training) || !RecipeRanges.Hold(recipe.Layout))
            return; // told already
        CheckWorkers(recipe, errors);
    }

    private static void CheckPhases(IReadOnlyList<string>? phases, ICollection<string> errors)
    {
        if (phases is null)
            return;
        Require(phases.Count is >= 2 and <= MostPhases, errors, "training.phases", Count.Of(phases.Count, "phase"), $"2 to {MostPhases}");
        foreach (string name in phases.Where(name => name.Length == 0 || !MetricNames.IsName(MetricNames.LossOf(name))))
        {
            Require(
                false,
                errors,
                "training.phases",
                $"'{VisibleText.Line(name)}'",
                "a name of small letters, digits and underscores: its loss is a metric"
            );
        }

        Require(phases.Distinct().Count() == phases.Count, errors, "training.phases", "a name twice", "a name of its own for each phase");
    }

    /// <summary>No worker is without a sample in every step, and no micro-batch either.</summary>
    private static void CheckWorkers(RunRecipe recipe, ICollection<string> errors)
    {
        var (training, layout) = (recipe.Training, recipe.Layout);
        long workers = (long)layout.Replicas * layout.Shards;
        if (workers > LayoutRecipe.MostWorkers)
        {
            errors.Add(
                FormattableString.Invariant(
                    $"'layout.replicas' {layout.Replicas} of 'layout.shards' {layout.Shards} are {Count.Of(workers, "worker")}; "
                ) + $"at most {LayoutRecipe.MostWorkers} are allowed; use fewer."
            );
        }

        var (key, parts) = recipe.BatchParts;
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
}
