namespace AlexNet.Recipes.Pictures;

/// <summary>What is drawn for each sample in each epoch, from (seed, epoch, sample) alone.</summary>
public sealed record AugmentationRecipe
{
    /// <summary>Height x width is cut out anywhere; otherwise in the middle.</summary>
    public bool RandomCrop { get; init; }

    /// <summary>Every second picture is mirrored left to right.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Every second picture is turned upside down.</summary>
    public bool VerticalFlip { get; init; }

    /// <summary>The colours of every picture are shifted a little; null for not at all.</summary>
    public ColourNoiseRecipe? ColourNoise { get; init; }
}
