using static Lockstep.Core.Recipes.Rule;

namespace AlexNet.Recipes.Pictures;

/// <summary>What the values of <see cref="AugmentationRecipe"/> must be, besides the range of each number.</summary>
internal static class AugmentationRules
{
    private const string Path = "data.augmentation";

    public static void Check(DataRecipe data, ICollection<string> errors)
    {
        var augmentation = data.Augmentation;
        if (augmentation.ResizedCrop is not null)
        {
            Require(
                !augmentation.RandomCrop,
                errors,
                $"{Path}.randomCrop",
                "true",
                "false with 'data.augmentation.resizedCrop', which crops"
            );
        }

        if (augmentation.ColourNoise is { } noise)
            CheckColourNoise(noise, data.Channels, errors);
        if (augmentation.ColourJitter is { } jitter)
            CheckColourJitter(jitter, data.Channels, errors);
        if (augmentation.Erasing is { } erasing)
            CheckErasing(erasing, errors);
        double mixed = (augmentation.Mixup?.Share ?? 0) + (augmentation.Cutmix?.Share ?? 0);
        Require(mixed <= 1, errors, $"{Path}.cutmix.share", augmentation.Cutmix?.Share ?? 0, "at most 1 together with that of mixup");
    }

    private static void CheckColourNoise(ColourNoiseRecipe noise, int channels, ICollection<string> errors)
    {
        const string path = $"{Path}.colourNoise";
        RequireColours(channels, path, errors);
        Require(
            noise.Deviations.Count == ColourNoiseRecipe.Colours,
            errors,
            $"{path}.deviations",
            $"a list of {noise.Deviations.Count}",
            "a list of three numbers"
        );
        Require(
            noise.Axes.Count == ColourNoiseRecipe.Colours && noise.Axes.All(a => a.Count == ColourNoiseRecipe.Colours),
            errors,
            $"{path}.axes",
            $"a list of {noise.Axes.Count}",
            "three lists of three numbers"
        );
    }

    private static void CheckColourJitter(ColourJitterRecipe jitter, int channels, ICollection<string> errors)
    {
        const string path = $"{Path}.colourJitter";
        if (jitter.Saturation > 0 || jitter.Hue > 0)
            RequireColours(channels, jitter.Saturation > 0 ? $"{path}.saturation" : $"{path}.hue", errors);
    }

    private static void CheckErasing(ErasingRecipe erasing, ICollection<string> errors) =>
        Require(
            erasing.MostArea >= erasing.LeastArea,
            errors,
            $"{Path}.erasing.mostArea",
            erasing.MostArea,
            $"'{Path}.erasing.leastArea' ({erasing.LeastArea}) or more"
        );

    private static void RequireColours(int channels, string path, ICollection<string> errors) =>
        Require(channels == ColourNoiseRecipe.Colours, errors, "data.channels", channels, $"3 with '{path}'");
}
