using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Pictures;

/// <summary>
/// Brightness, contrast, saturation and hue are changed, in this order, each by a draw for the picture, before its bytes are rounded once.
/// A factor is uniform from 1 - x to 1 + x.
/// </summary>
public sealed record ColourJitterRecipe
{
    /// <summary>By how much the factor of every pixel differs from 1, at most.</summary>
    [NumberRange(AtLeast = 0, AtMost = 1)]
    public double Brightness { get; init; } = 0.2;

    /// <summary>By how much the factor of the distance from the picture's mean grey differs from 1, at most.</summary>
    [NumberRange(AtLeast = 0, AtMost = 1)]
    public double Contrast { get; init; } = 0.2;

    /// <summary>By how much the factor of the distance from the pixel's own grey differs from 1, at most.</summary>
    [NumberRange(AtLeast = 0, AtMost = 1)]
    public double Saturation { get; init; } = 0.2;

    /// <summary>How far colours turn around the grey axis at most, as a share of the circle.</summary>
    [NumberRange(AtLeast = 0, AtMost = 0.25)]
    public double Hue { get; init; }
}
