using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Pictures;

/// <summary>
/// A part of the stored picture of random area and proportions becomes height x width, in place of <c>data.resize</c>, which evaluation
/// keeps. Source: Szegedy et al., "Going Deeper with Convolutions", section 6, in the form of torchvision's <c>RandomResizedCrop</c>.
/// </summary>
public sealed record ResizedCropRecipe
{
    /// <summary>The least share of the picture's area; the most is all of it.</summary>
    [NumberRange(Above = 0, AtMost = 1)]
    public double LeastArea { get; init; } = 0.08;

    /// <summary>How many times wider than high, or higher than wide, the part may be.</summary>
    [NumberRange(AtLeast = 1)]
    public double MostAspect { get; init; } = 4 / 3.0;
}
