using AlexNet.Core.Recipes;

namespace AlexNet.Data.Packed;

/// <summary>How large packed pictures must be for a recipe.</summary>
internal static class PackSize
{
    /// <summary>Pixels of the shortest side: what the recipe resizes it to, or the longer side of what it resizes the whole picture to.</summary>
    public static int Of(DataRecipe recipe) => recipe.Resize switch
    {
        ShortestSideResize shortest => shortest.Size,
        WholeResize whole => Math.Max(whole.Height ?? recipe.Height, whole.Width ?? recipe.Width),
        var other => throw new NotSupportedException($"resize '{other}' is not known here."),
    };
}
