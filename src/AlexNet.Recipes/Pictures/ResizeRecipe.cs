using System.Text.Json.Serialization;
using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Pictures;

/// <summary>How a picture is resized before the net's height x width is cut out of it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(WholeResize), "whole")]
[JsonDerivedType(typeof(ShortestSideResize), "shortest-side")]
public abstract record ResizeRecipe;

/// <summary>The whole picture becomes one size, whatever its proportions were.</summary>
public sealed record WholeResize : ResizeRecipe
{
    /// <summary>Height in pixels; null for the net's height, and never less than that.</summary>
    [NumberRange(AtLeast = 1)]
    public int? Height { get; init; }

    /// <summary>Width in pixels; null for the net's width, and never less than that.</summary>
    [NumberRange(AtLeast = 1)]
    public int? Width { get; init; }
}

/// <summary>The picture keeps its proportions.</summary>
public sealed record ShortestSideResize : ResizeRecipe
{
    /// <summary>What the shortest side becomes, in pixels; neither the net's height nor its width is more.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Size { get; init; }

    /// <summary>Only the square in the middle is used further, as the 2012 paper does.</summary>
    public bool Square { get; init; }
}
