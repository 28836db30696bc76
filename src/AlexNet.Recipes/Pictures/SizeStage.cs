using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Pictures;

/// <summary>
/// A stage of progressive resizing. What augmentation and mixing have made of a picture is made smaller, each new pixel the mean of those
/// that it covers, so a sample is the same picture as without stages. Source: Howard et al., DAWNBench 2018; Tan and Le 2021, section 4.
/// </summary>
public sealed record SizeStage
{
    /// <summary>The last epoch of the stage.</summary>
    [NumberRange(AtLeast = 1)]
    public required int UntilEpoch { get; init; }

    /// <summary>Height in pixels, at most that of the data.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Height { get; init; }

    /// <summary>Width in pixels, at most that of the data.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Width { get; init; }

    /// <summary>The stage of an epoch, counted from 1; null where pictures have their whole size, as in an evaluation (epoch 0).</summary>
    public static SizeStage? Of(DataRecipe data, int epoch) =>
        epoch == 0 ? null : data.Progressive.FirstOrDefault(stage => epoch <= stage.UntilEpoch);
}
