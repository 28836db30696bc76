using static Lockstep.Core.Recipes.Rule;

namespace AlexNet.Recipes.Pictures;

/// <summary>What the values of <see cref="DataRecipe"/> must be.</summary>
internal static class DataRules
{
    public static void Check(DataRecipe data, ICollection<string> errors)
    {
        Require(data.Channels is 1 or 3, errors, "data.channels", data.Channels, "1 or 3");
        Require(data.Height >= 1, errors, "data.height", data.Height, "1 or more");
        Require(data.Width >= 1, errors, "data.width", data.Width, "1 or more");
        Require(data.Classes >= 2, errors, "data.classes", data.Classes, "2 or more");
        Require(
            data.Mean.Count == 1 || data.Mean.Count == data.Channels,
            errors,
            "data.mean",
            $"a list of {data.Mean.Count}",
            "one value, or one for each channel"
        );
        Require(
            data.Std.Count == 1 || data.Std.Count == data.Channels,
            errors,
            "data.std",
            $"a list of {data.Std.Count}",
            "one value, or one for each channel"
        );
        Require(data.Std.All(s => s > 0), errors, "data.std", string.Join(", ", data.Std), "above 0");
        CheckResize(data, errors);
        CheckColourNoise(data, errors);
        if (data.Skip is not null && data.Kind != DataKind.Images)
            errors.Add("'data.skip' is given; only image files can be left out, of 'data.kind' images.");
        Require(data.Generated.Train >= 1, errors, "data.generated.train", data.Generated.Train, "1 or more");
        Require(data.Generated.Test >= 1, errors, "data.generated.test", data.Generated.Test, "1 or more");
    }

    private static void CheckResize(DataRecipe data, ICollection<string> errors)
    {
        if (data.Resize is WholeResize whole)
        {
            Require(
                (whole.Height ?? data.Height) >= data.Height,
                errors,
                "data.resize.height",
                whole.Height ?? 0,
                $"'data.height' ({data.Height}) or more"
            );
            Require(
                (whole.Width ?? data.Width) >= data.Width,
                errors,
                "data.resize.width",
                whole.Width ?? 0,
                $"'data.width' ({data.Width}) or more"
            );
        }
        else if (data.Resize is ShortestSideResize shortest)
        {
            int least = Math.Max(data.Height, data.Width);
            Require(
                shortest.Size >= least,
                errors,
                "data.resize.size",
                shortest.Size,
                $"{least} or more, as 'data.height' and 'data.width' are cut out of it"
            );
        }
    }

    private static void CheckColourNoise(DataRecipe data, ICollection<string> errors)
    {
        if (data.Augmentation.ColourNoise is not { } noise)
            return;
        Require(
            data.Channels == ColourNoiseRecipe.Colours,
            errors,
            "data.channels",
            data.Channels,
            "3 with 'data.augmentation.colourNoise'"
        );
        Require(noise.Strength >= 0, errors, "data.augmentation.colourNoise.strength", noise.Strength, "0 or more");
        Require(
            noise.Deviations.Count == ColourNoiseRecipe.Colours && noise.Deviations.All(d => d >= 0),
            errors,
            "data.augmentation.colourNoise.deviations",
            string.Join(", ", noise.Deviations),
            "three numbers, 0 or more each"
        );
        Require(
            noise.Axes.Count == ColourNoiseRecipe.Colours && noise.Axes.All(a => a.Count == ColourNoiseRecipe.Colours),
            errors,
            "data.augmentation.colourNoise.axes",
            $"a list of {noise.Axes.Count}",
            "three lists of three numbers"
        );
        Require(noise.UntilEpoch is null or >= 1, errors, "data.augmentation.colourNoise.untilEpoch", noise.UntilEpoch ?? 0, "1 or more");
    }
}
