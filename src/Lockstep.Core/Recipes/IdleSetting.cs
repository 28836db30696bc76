namespace Lockstep.Core.Recipes;

/// <summary>A setting that somebody gave and that changes nothing in this recipe.</summary>
/// <param name="Message">What is given, why it has no effect, and what to do.</param>
/// <param name="IsHarmless">The run computes what was meant all the same, so that it is enough to say it.</param>
public sealed record IdleSetting(string Message, bool IsHarmless)
{
    private static readonly Case[] Cases =
    [
        new(
            "data.path",
            r => r.Data is { Kind: DataKind.Generated, Path: not null },
            r =>
                $"'data.path' (--data) is '{r.Data.Path}', and recipe '{r.Name}' draws its pictures from the seed, so that nothing there "
                + "would be read; "
                + "for pictures of your own name a recipe that reads them, such as 'alexnet train flowers --data DIR' ('alexnet recipes' "
                + "lists all), or leave the directory out."
        ),
        new("data.augmentation", IsDrawn, r =>
            $"'data.augmentation' is given, and recipe '{r.Name}' draws its pictures, which are not changed further; leave it out, or use "
            + "data of another kind."
        ),
        new("data.resize", IsDrawn, r =>
            $"'data.resize' is given, and recipe '{r.Name}' draws its pictures in the net's size; leave it out, or use data of another "
            + "kind."
        ),
        new(
            "data.generated",
            r => !IsDrawn(r),
            r =>
                $"'data.generated' is given, and recipe '{r.Name}' reads its pictures from files; leave it out, or train on drawn ones "
                + "with --data generated."
        ),
        new(
            "layout.plan",
            r => r.Layout is { Plan: LayoutPlan.Hybrid, Shards: 1 },
            _ =>
                "'layout.plan' is hybrid with one worker, which has nothing to divide; say how many workers there are with --shards N, or "
                + "leave the plan out."
        ),
        new(
            "layout.factors",
            r => r.Layout is { Factors: FactorUse.Always } && !HasReplicas(r),
            _ =>
                "'layout.factors' is always and changes nothing: there is one replica, so no gradient of a fully connected layer is "
                + "summed.",
            IsHarmless: true
        ),
        new(
            "layout.gradients",
            r => r.Layout.Gradients != GradientElements.Fp32 && !HasReplicas(r) && r.Layout.Plan != LayoutPlan.Hybrid,
            _ => "'layout.gradients' is bf16 and changes nothing: there is one replica, so no gradient travels.",
            IsHarmless: true
        ),
    ];

    /// <summary>Finds those among the settings that were given.</summary>
    /// <param name="recipe">With the settings laid over it.</param>
    /// <param name="keys">Of the settings, such as <c>data.path</c>.</param>
    public static IReadOnlyList<IdleSetting> Find(Recipe recipe, IEnumerable<string> keys)
    {
        string[] given = [.. keys];
        return
        [
            .. Cases
                .Where(c => given.Any(key => key == c.Key || key.StartsWith(c.Key + ".", StringComparison.Ordinal)) && c.IsIdle(recipe))
                .Select(c => new IdleSetting(c.Message(recipe), c.IsHarmless)),
        ];
    }

    private static bool IsDrawn(Recipe recipe) => recipe.Data.Kind == DataKind.Generated;

    private static bool HasReplicas(Recipe recipe) => recipe.Layout.Replicas > 1;

    private sealed record Case(string Key, Func<Recipe, bool> IsIdle, Func<Recipe, string> Message, bool IsHarmless = false);
}
