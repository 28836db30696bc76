using static Lockstep.Core.Recipes.Rule;

namespace AlexNet.Recipes.Pictures;

/// <summary>What the values of <see cref="AugmentationRecipe"/> must be.</summary>
internal static class AugmentationRules
{
    private const string Path = "data.augmentation";

    public static void Check(DataRecipe data, ICollection<string> errors)
    {
        var augmentation = data.Augmentation;
        if (augmentation.ResizedCrop is { } crop)
            CheckResizedCrop(crop, augmentation, errors);
        if (augmentation.ColourNoise is { } noise)
            CheckColourNoise(noise, data.Channels, errors);
        if (augmentation.ColourJitter is { } jitter)
            CheckColourJitter(jitter, data.Channels, errors);
        if (augmentation.Erasing is { } erasing)
            CheckErasing(erasing, errors);
        CheckMix(augmentation.Mixup, $"{Path}.mixup", errors);
        CheckMix(augmentation.Cutmix, $"{Path}.cutmix", errors);
        double mixed = (augmentation.Mixup?.Share ?? 0) + (augmentation.Cutmix?.Share ?? 0);
        Require(mixed <= 1, errors, $"{Path}.cutmix.share", augmentation.Cutmix?.Share ?? 0, "at most 1 together with that of mixup");
    }

    private static void CheckResizedCrop(ResizedCropRecipe crop, AugmentationRecipe augmentation, ICollection<string> errors)
    {
        RequireShare(crop.LeastArea, $"{Path}.resizedCrop.leastArea", errors, isZeroAllowed: false);
        Require(crop.MostAspect >= 1, errors, $"{Path}.resizedCrop.mostAspect", crop.MostAspect, "1 or more");
        Require(!augmentation.RandomCrop, errors, $"{Path}.randomCrop", "true", "false with 'data.augmentation.resizedCrop', which crops");
    }

    private static void CheckColourNoise(ColourNoiseRecipe noise, int channels, ICollection<string> errors)
    {
        const string path = $"{Path}.colourNoise";
        RequireColours(channels, path, errors);
        Require(noise.Strength >= 0, errors, $"{path}.strength", noise.Strength, "0 or more");
        Require(
            noise.Deviations.Count == ColourNoiseRecipe.Colours && noise.Deviations.All(d => d >= 0),
            errors,
            $"{path}.deviations",
            string.Join(", ", noise.Deviations),
            "three numbers, 0 or more each"
        );
        Require(
            noise.Axes.Count == ColourNoiseRecipe.Colours && noise.Axes.All(a => a.Count == ColourNoiseRecipe.Colours),
            errors,
            $"{path}.axes",
            $"a list of {noise.Axes.Count}",
            "three lists of three numbers"
        );
        Require(noise.UntilEpoch is null or >= 1, errors, $"{path}.untilEpoch", noise.UntilEpoch ?? 0, "1 or more");
    }

    private static void CheckColourJitter(ColourJitterRecipe jitter, int channels, ICollection<string> errors)
    {
        const string path = $"{Path}.colourJitter";
        RequireShare(jitter.Brightness, $"{path}.brightness", errors);
        RequireShare(jitter.Contrast, $"{path}.contrast", errors);
        RequireShare(jitter.Saturation, $"{path}.saturation", errors);
        Require(jitter.Hue is >= 0 and <= 0.25, errors, $"{path}.hue", jitter.Hue, "0 to 0.25");
        if (jitter.Saturation > 0 || jitter.Hue > 0)
            RequireColours(channels, jitter.Saturation > 0 ? $"{path}.saturation" : $"{path}.hue", errors);
    }

    private static void CheckErasing(ErasingRecipe erasing, ICollection<string> errors)
    {
        const string path = $"{Path}.erasing";
        RequireShare(erasing.Share, $"{path}.share", errors);
        RequireShare(erasing.LeastArea, $"{path}.leastArea", errors, isZeroAllowed: false);
        Require(
            erasing.MostArea >= erasing.LeastArea && erasing.MostArea <= 1,
            errors,
            $"{path}.mostArea",
            erasing.MostArea,
            $"'{path}.leastArea' ({erasing.LeastArea}) to 1"
        );
        Require(erasing.MostAspect >= 1, errors, $"{path}.mostAspect", erasing.MostAspect, "1 or more");
    }

    private static void CheckMix(MixRecipe? mix, string path, ICollection<string> errors)
    {
        if (mix is null)
            return;
        Require(mix.Strength is > 0 and <= 4, errors, $"{path}.strength", mix.Strength, "above 0, at most 4");
        RequireShare(mix.Share, $"{path}.share", errors);
        Require(mix.UntilEpoch is null or >= 1, errors, $"{path}.untilEpoch", mix.UntilEpoch ?? 0, "1 or more");
    }

    private static void RequireShare(double share, string path, ICollection<string> errors, bool isZeroAllowed = true) =>
        Require(
            share <= 1 && (isZeroAllowed ? share >= 0 : share > 0),
            errors,
            path,
            share,
            isZeroAllowed ? "0 to 1" : "above 0, at most 1"
        );

    private static void RequireColours(int channels, string path, ICollection<string> errors) =>
        Require(channels == ColourNoiseRecipe.Colours, errors, "data.channels", channels, $"3 with '{path}'");
}
