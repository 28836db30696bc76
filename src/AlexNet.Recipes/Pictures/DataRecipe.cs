using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Pictures;

/// <summary>Where samples come from and what they look like when they enter the net.</summary>
public sealed record DataRecipe
{
    /// <summary>In what form the data lie there, or that they are drawn.</summary>
    public required DataKind Kind { get; init; }

    /// <summary>Directory of the data set; null for generated data, or where the command line must give it.</summary>
    public string? Path { get; init; }

    /// <summary>Number of classes; labels are 0 to classes - 1.</summary>
    [NumberRange(AtLeast = 2)]
    public required int Classes { get; init; }

    /// <summary>Colour channels: 1 for grey pictures, 3 for red, green and blue.</summary>
    [NumberRange(OneOf = new double[] { 1, 3 })]
    public required int Channels { get; init; }

    /// <summary>Height of an image in pixels.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Height { get; init; }

    /// <summary>Width of an image in pixels.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Width { get; init; }

    /// <summary>Subtracted from pixels in 0..1, for each channel (or one value for all).</summary>
    [NumberRange]
    public IReadOnlyList<double> Mean { get; init; } = [0.5];

    /// <summary>
    /// A file that <c>alexnet data info --mean-image</c> made: subtracted position by position instead of <see cref="Mean"/>; null for
    /// none.
    /// </summary>
    public string? MeanImage { get; init; }

    /// <summary>A list that <c>alexnet data info --broken</c> made: image files that are left out; null for none.</summary>
    public string? Skip { get; init; }

    /// <summary>
    /// How a tree of folders in any order becomes classes, training and test pictures; null for folders <c>train/CLASS</c> with
    /// <c>val</c>, <c>valid</c> or <c>test</c> beside <c>train</c>, in which nothing else may lie.
    /// </summary>
    public FoldersRecipe? Folders { get; init; }

    /// <summary>Divides what is left, for each channel (or one value for all).</summary>
    [NumberRange(Above = 0)]
    public IReadOnlyList<double> Std { get; init; } = [0.5];

    /// <summary>How pictures of any size become height x width; drawn ones have that size already.</summary>
    public ResizeRecipe Resize { get; init; } = new WholeResize();

    /// <summary>
    /// How training sees pictures differently in every epoch, all but drawn ones; evaluation sees the middle of each, unmirrored.
    /// </summary>
    public AugmentationRecipe Augmentation { get; init; } = new();

    /// <summary>
    /// Progressive resizing: training sees smaller pictures in the first epochs, stage after stage, and then those of height x width;
    /// evaluation always sees those.
    /// </summary>
    public IReadOnlyList<SizeStage> Progressive { get; init; } = [];

    /// <summary>How many pictures the built-in data set draws.</summary>
    public GeneratedRecipe Generated { get; init; } = new();
}

/// <summary>The kinds of data sets.</summary>
public enum DataKind
{
    /// <summary>Pictures drawn from the seed; nothing to download.</summary>
    Generated,

    /// <summary>The IDX files of MNIST and its relatives, gzipped or not.</summary>
    Idx,

    /// <summary>The binary files of CIFAR-10.</summary>
    Cifar10,

    /// <summary>Image files: a folder for each class, ILSVRC-2012 as distributed, or packed shards; the directory tells which.</summary>
    Images,
}

/// <summary>Size of the built-in data set.</summary>
public sealed record GeneratedRecipe
{
    /// <summary>Training pictures.</summary>
    [NumberRange(AtLeast = 1)]
    public int Train { get; init; } = 10_000;

    /// <summary>Test pictures.</summary>
    [NumberRange(AtLeast = 1)]
    public int Test { get; init; } = 2_000;
}
