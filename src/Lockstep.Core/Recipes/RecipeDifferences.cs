using System.Text.Json.Nodes;
using Lockstep.Core.Errors;
using Lockstep.Core.Texts;

namespace Lockstep.Core.Recipes;

/// <summary>What differs between the recipe that a run was begun with and the one that it is to go on with.</summary>
public static class RecipeDifferences
{
    /// <summary>Each difference as "optimizer.rate 0.01 and is to go on with 0.02"; none where the run may go on.</summary>
    public static IReadOnlyList<string> Between(RunRecipe before, RunRecipe now)
    {
        var differences = KeyedDifference.Between(JsonNode.Parse(RecipeJson.Write(before)), JsonNode.Parse(RecipeJson.Write(now)));
        return
        [
            .. differences
                .Where(d => !IsFree(d.Key, now))
                .Select(d => $"{d.Key} {d.One ?? "unset"} and is to go on with {d.Other ?? "unset"}"),
        ];
    }

    /// <summary>How the lengths of two recipes differ, each as "training.epochs 5 and the run keeps 9".</summary>
    public static IReadOnlyList<string> OfLength(RunRecipe one, RunRecipe kept)
    {
        (string Key, object? One, object? Kept)[] lengths =
        [
            ("training.epochs", one.Training.Epochs, kept.Training.Epochs),
            ("training.steps", one.Training.Steps, kept.Training.Steps),
            ("training.stopAfter", one.Training.StopAfter, kept.Training.StopAfter),
        ];
        return
        [
            .. lengths.Where(l => !Equals(l.One, l.Kept)).Select(l => $"{l.Key} {l.One ?? "unset"} and the run keeps {l.Kept ?? "unset"}"),
        ];
    }

    /// <summary>
    /// Lets a run go on only with the recipe that it began with; where it is placed, how it saves and how long it trains may change.
    /// </summary>
    /// <param name="runDirectory">The run's.</param>
    /// <param name="before">The recipe that is in it.</param>
    /// <param name="now">The one to go on with.</param>
    /// <exception cref="BadInputException">They differ; every difference.</exception>
    public static void Refuse(string runDirectory, RunRecipe before, RunRecipe now)
    {
        var differences = Between(before, now);
        if (differences.Count > 0)
        {
            throw new BadInputException([
                .. differences.Select(d =>
                    $"the run in '{runDirectory}' was begun with {d}; go on with the recipe that it was begun with, or give the new one a "
                    + "run directory of its own."
                ),
            ]);
        }
    }

    /// <summary>The steps of a rate that falls along a cosine depend on how many there are to be.</summary>
    private static bool IsFree(string key, RunRecipe now) =>
        !(key == "training.epochs" && now.Schedule is CosineSchedule)
        && now.FreeKeys.Any(free =>
            key == free || key.StartsWith(free + ".", StringComparison.Ordinal) || key.StartsWith(free + "[", StringComparison.Ordinal)
        );
}
