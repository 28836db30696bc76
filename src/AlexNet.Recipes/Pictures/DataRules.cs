using static Lockstep.Core.Recipes.Rule;

namespace AlexNet.Recipes.Pictures;

/// <summary>What the values of <see cref="DataRecipe"/> must be, besides the range of each number.</summary>
internal static class DataRules
{
    public static void Check(DataRecipe data, ICollection<string> errors)
    {
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
        CheckResize(data, errors);
        AugmentationRules.Check(data, errors);
        if (data.Skip is not null && data.Kind != DataKind.Images)
            errors.Add("'data.skip' is given; only image files can be left out, of 'data.kind' images.");
        if (data.Folders is not null && data.Kind != DataKind.Images)
            errors.Add("'data.folders' is given; only image files lie in folders, of 'data.kind' images.");
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
