using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Packed;

/// <summary>How pictures are packed.</summary>
public sealed record PackOptions
{
    /// <summary>Pixels of the shortest side; pictures that are no larger stay as they are.</summary>
    public int Size { get; init; } = 256;

    /// <summary>Quality of the JPEGs that are made, 1 to 100.</summary>
    public int Quality { get; init; } = 95;

    /// <summary>A list of files to leave out, or null.</summary>
    public string? Skip { get; init; }

    /// <summary>How a tree of folders in any order is divided; null for one in the strict order.</summary>
    public FoldersRecipe? Folders { get; init; }

    /// <summary>Bytes after which a shard is full.</summary>
    public long ShardBytes { get; init; } = 256 << 20;

    /// <summary>
    /// Pixels of the shortest side that a recipe needs: what it resizes that to, or the longer side of what it resizes the whole picture
    /// to.
    /// </summary>
    public static int SizeFor(DataRecipe recipe) =>
        recipe.Resize switch
        {
            ShortestSideResize shortest => shortest.Size,
            WholeResize whole => Math.Max(whole.Height ?? recipe.Height, whole.Width ?? recipe.Width),
            var other => throw new NotSupportedException($"resize '{other}' is not known here."),
        };
}
