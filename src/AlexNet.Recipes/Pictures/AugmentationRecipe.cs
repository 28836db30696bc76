namespace AlexNet.Recipes.Pictures;

/// <summary>What is drawn for each sample in each epoch, from (seed, epoch, sample) alone.</summary>
public sealed record AugmentationRecipe
{
    /// <summary>Height x width is cut out anywhere; otherwise in the middle.</summary>
    public bool RandomCrop { get; init; }

    /// <summary>A part of random size and proportions is cut out anywhere and resized to height x width; null for none.</summary>
    public ResizedCropRecipe? ResizedCrop { get; init; }

    /// <summary>Every second picture is mirrored left to right.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Every second picture is turned upside down.</summary>
    public bool VerticalFlip { get; init; }

    /// <summary>Brightness, contrast, saturation and hue of every picture are changed; null for not at all.</summary>
    public ColourJitterRecipe? ColourJitter { get; init; }

    /// <summary>The colours of every picture are shifted a little; null for not at all.</summary>
    public ColourNoiseRecipe? ColourNoise { get; init; }

    /// <summary>A rectangle of some pictures is erased; null for of none.</summary>
    public ErasingRecipe? Erasing { get; init; }

    /// <summary>Some pictures are laid over another, half transparent, and so are their labels; null for none.</summary>
    public MixRecipe? Mixup { get; init; }

    /// <summary>A rectangle of some pictures is replaced by that of another, and the label by its share; null for of none.</summary>
    public MixRecipe? Cutmix { get; init; }
}
