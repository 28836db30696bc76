using System.Buffers.Binary;
using System.Security.Cryptography;
using AlexNet.Data.Images;
using AlexNet.Data.Samples;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;
using Lockstep.Core.Texts;

namespace AlexNet.Data.Idx;

/// <summary>The four original files of MNIST and its relatives, gzipped or not.</summary>
internal static class IdxDataSet
{
    private const string TrainImages = "train-images-idx3-ubyte",
        TrainLabels = "train-labels-idx1-ubyte";
    private const string TestImages = "t10k-images-idx3-ubyte",
        TestLabels = "t10k-labels-idx1-ubyte";

    /// <summary>Whether a directory has a file of this form.</summary>
    public static bool IsIn(string directory) =>
        new[] { TrainImages, TrainLabels, TestImages, TestLabels }.Any(name =>
            File.Exists(Path.Combine(directory, name)) || File.Exists(Path.Combine(directory, name + ".gz"))
        );

    /// <summary>The number of classes: one more than the greatest label.</summary>
    /// <exception cref="BadInputException">A file is missing or damaged.</exception>
    public static int ClassesIn(string directory)
    {
        var paths = Find(directory);
        return new[] { TrainLabels, TestLabels }.SelectMany(name => IdxFile.Read(paths[name], dimensions: 0).Content).DefaultIfEmpty().Max()
            + 1;
    }

    public static DataSet Open(DataRecipe recipe, long seed, string directory)
    {
        if (recipe.Channels != 1)
        {
            throw new BadInputException(
                $"'data.channels' is {recipe.Channels}; IDX images are grey, so it must be 1; use --set data.channels=1."
            );
        }

        var paths = Find(directory);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var reader = new ImageReader(recipe, seed);
        var train = Read(paths[TrainImages], paths[TrainLabels], recipe, reader, hash);
        var test = Read(paths[TestImages], paths[TestLabels], recipe, reader, hash);
        string[] names = [.. Enumerable.Range(0, recipe.Classes).Select(c => FormattableString.Invariant($"{c}"))];
        return new(train, test, names, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static Dictionary<string, string> Find(string directory)
    {
        string[] names = [TrainImages, TrainLabels, TestImages, TestLabels];
        var paths = new Dictionary<string, string>();
        foreach (string name in names)
        {
            if (new[] { name, name + ".gz" }.Select(n => Path.Combine(directory, n)).FirstOrDefault(File.Exists) is { } path)
                paths[name] = path;
        }

        string[] missing = [.. names.Where(n => !paths.ContainsKey(n)).Select(n => $"'{n}'")];
        return missing.Length == 0
            ? paths
            : throw new BadInputException(
                $"data directory '{directory}' has no file {string.Join(", ", missing)}; the four IDX files {string.Join(", ", names)} are "
                    + "required, "
                    + "each as it is or with .gz; name their directory with --data DIR."
            );
    }

    private static PixelImages Read(string imagesPath, string labelsPath, DataRecipe recipe, ImageReader reader, IncrementalHash hash)
    {
        var (images, labels, classes) = (IdxFile.Read(imagesPath, dimensions: 2), IdxFile.Read(labelsPath, dimensions: 0), recipe.Classes);
        if (images.Count != labels.Count)
        {
            throw new BadInputException(
                $"'{imagesPath}' has {Count.Of(images.Count, "image")} and '{labelsPath}' has {Count.Of(labels.Count, "label")}; the two "
                    + "must be equal; "
                    + "use files that belong together."
            );
        }

        if (images.Count == 0)
            throw new BadInputException($"'{imagesPath}' has 0 images; 1 or more are required; use the original file.");
        int wrong = Array.FindIndex(labels.Content, l => l >= classes);
        if (wrong >= 0)
        {
            throw new BadInputException(
                $"'{labelsPath}': label {wrong} is {labels.Content[wrong]}; with 'data.classes' {classes} it must be 0 to {classes - 1}; "
                    + "correct the recipe with --set data.classes=N, or use the right file."
            );
        }

        Append(hash, images);
        Append(hash, labels);
        return new(new(1, images.Item[0], images.Item[1]), recipe, reader, images.Content, [.. labels.Content.Select(l => (int)l)]);
    }

    /// <summary>
    /// The count and the size of an item separate one file from the next, and the content is hashed as decoded, so that .gz makes no
    /// difference.
    /// </summary>
    private static void Append(IncrementalHash hash, IdxFile file)
    {
        Span<byte> number = stackalloc byte[4];
        foreach (int dimension in file.Item.Prepend(file.Count))
        {
            BinaryPrimitives.WriteInt32BigEndian(number, dimension);
            hash.AppendData(number);
        }
        hash.AppendData(file.Content);
    }
}
