using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Pictures;

/// <summary>
/// A stage of progressive resizing. What augmentation and mixing have made of a picture is made smaller, each new pixel the mean of those
/// that it covers, so a sample is the same picture as without stages. Source: Howard et al., DAWNBench 2018; Tan and Le 2021, section 4.
/// </summary>
public sealed record SizeStage
{
    /// <summary>Share of the training's epochs after which the stage ends: 0.25 of 30 epochs are the first 8.</summary>
    [NumberRange(Above = 0, Below = 1)]
    public required double Until { get; init; }

    /// <summary>Height in pixels, at most that of the data.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Height { get; init; }

    /// <summary>Width in pixels, at most that of the data.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Width { get; init; }

    /// <summary>The stage of an epoch; null where pictures have their whole size.</summary>
    /// <param name="data">Has the stages.</param>
    /// <param name="epoch">Counted from 1; 0 for an evaluation.</param>
    /// <param name="epochs">Of the whole training. Shares are taken as they are written: 0.14 of 50 epochs are 7.</param>
    public static SizeStage? Of(DataRecipe data, int epoch, int epochs) =>
        epoch == 0 ? null : data.Progressive.FirstOrDefault(stage => epoch - 1 < (decimal)stage.Until * epochs);
}
