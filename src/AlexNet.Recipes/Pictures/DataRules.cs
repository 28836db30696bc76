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
        AugmentationRules.Check(data, errors);
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
}
