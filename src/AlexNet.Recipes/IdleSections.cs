using AlexNet.Recipes.Pictures;
using Lockstep.Core.Recipes;

namespace AlexNet.Recipes;

/// <summary>Settings of data and layout that change nothing in a recipe, though somebody gave them.</summary>
internal static class IdleSections
{
    private static readonly Case[] Cases =
    [
        new(
            "data.path",
            r => r.Data is { Kind: DataKind.Generated, Path: not null },
            r =>
                $"'data.path' (--data) is '{r.Data.Path}', but recipe '{r.Name}' draws its pictures from the seed and would read nothing "
                + "there; to train on your own pictures, name no recipe ('alexnet train --data DIR' chooses one), or one that reads "
                + "pictures ('alexnet recipes' lists all); or leave the directory out."
        ),
        new("data.augmentation", IsDrawn, r =>
            $"'data.augmentation' is given, but recipe '{r.Name}' draws its pictures, which are not changed further; leave it out, or use "
            + "data of another kind."
        ),
        new("data.resize", IsDrawn, r =>
            $"'data.resize' is given, but recipe '{r.Name}' draws its pictures in the net's size; leave it out, or use data of another "
            + "kind."
        ),
        new(
            "data.generated",
            r => !IsDrawn(r),
            r =>
                $"'data.generated' is given, but recipe '{r.Name}' reads its pictures from files; leave it out, or train on drawn ones "
                + "with --data generated."
        ),
        new(
            "layout.plan",
            r => r.Layout is { Plan: LayoutPlan.Hybrid, Shards: 1 },
            _ =>
                "'layout.plan' is hybrid with one worker, which has nothing to divide; say how many workers there are with --shards N, or "
                + "leave the plan out."
        ),
    ];

    /// <summary>Those among the keys that were given.</summary>
    public static IEnumerable<IdleSetting> Find(Recipe recipe, IReadOnlyList<string> keys) =>
        Cases.Where(c => IdleSetting.IsGiven(c.Key, keys) && c.IsIdle(recipe)).Select(c => new IdleSetting(c.Message(recipe), false));

    private static bool IsDrawn(Recipe recipe) => recipe.Data.Kind == DataKind.Generated;

    private sealed record Case(string Key, Func<Recipe, bool> IsIdle, Func<Recipe, string> Message);
}
