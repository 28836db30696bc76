using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Pictures;

/// <summary>
/// A rectangle anywhere is filled with <c>data.mean</c>. Source: Zhong et al., "Random Erasing Data Augmentation", algorithm 1, filled as
/// in DeVries and Taylor's "Cutout".
/// </summary>
public sealed record ErasingRecipe
{
    /// <summary>The share of pictures that lose a rectangle.</summary>
    [NumberRange(AtLeast = 0, AtMost = 1)]
    public double Share { get; init; } = 0.25;

    /// <summary>The least share of the area that is erased.</summary>
    [NumberRange(Above = 0, AtMost = 1)]
    public double LeastArea { get; init; } = 0.02;

    /// <summary>The largest share of the area that is erased.</summary>
    [NumberRange(Above = 0, AtMost = 1)]
    public double MostArea { get; init; } = 0.2;

    /// <summary>How many times wider than high, or higher than wide, the rectangle may be.</summary>
    [NumberRange(AtLeast = 1)]
    public double MostAspect { get; init; } = 3;
}
