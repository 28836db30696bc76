using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Pictures;

/// <summary>
/// How a tree of folders, as people keep their pictures, becomes classes, training pictures and test pictures. Everything follows from
/// the names of the files and from these values, so that every worker, resume and evaluation finds the same.
/// </summary>
public sealed record FoldersRecipe
{
    /// <summary>
    /// The share of the pictures that are kept for tests where the tree has no folder of test pictures. The name of each file and
    /// <see cref="Seed"/> decide, so that a picture that is added moves no other.
    /// </summary>
    [NumberRange(Above = 0, Below = 1)]
    public double TestShare { get; init; } = 0.2;

    /// <summary>Decides with the name of each file which pictures are kept for tests.</summary>
    [NumberRange]
    public long Seed { get; init; }

    /// <summary>
    /// The folders that are classes, counted from that of the training pictures: 1 for those directly in it. Null for the topmost folders
    /// that have pictures of their own; what is in folders below a class belongs to it.
    /// </summary>
    [NumberRange(AtLeast = 1)]
    public int? Depth { get; init; }

    /// <summary>Files that are left out, as seen from the directory of the data, such as broken ones.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];
}
