using System.Buffers.Binary;
using System.Security.Cryptography;
using AlexNet.Core.Errors;
using AlexNet.Core.Net;
using AlexNet.Core.Recipes;

namespace AlexNet.Data.Idx;

/// <summary>The four original files of MNIST and its relatives, gzipped or not.</summary>
internal static class IdxDataSet
{
    private const string TrainImages = "train-images-idx3-ubyte", TrainLabels = "train-labels-idx1-ubyte";
    private const string TestImages = "t10k-images-idx3-ubyte", TestLabels = "t10k-labels-idx1-ubyte";

    public static DataSet Open(DataRecipe recipe, string directory)
    {
        if (recipe.Channels != 1)
            throw new BadInputException($"'data.channels' is {recipe.Channels}; IDX images are grey, so it must be 1; use --set data.channels=1.");
        var paths = Find(directory);
        var shape = new MapShape(1, recipe.Height, recipe.Width);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var train = Read(paths[TrainImages], paths[TrainLabels], shape, recipe.Classes, hash);
        var test = Read(paths[TestImages], paths[TestLabels], shape, recipe.Classes, hash);
        string[] names = [.. Enumerable.Range(0, recipe.Classes).Select(c => FormattableString.Invariant($"{c}"))];
        return new(train, test, names, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static Dictionary<string, string> Find(string directory)
    {
        string[] names = [TrainImages, TrainLabels, TestImages, TestLabels];
        var paths = new Dictionary<string, string>();
        foreach (string name in names)
            if (new[] { name, name + ".gz" }.Select(n => Path.Combine(directory, n)).FirstOrDefault(File.Exists) is { } path)
                paths[name] = path;
        string[] missing = [.. names.Where(n => !paths.ContainsKey(n)).Select(n => $"'{n}'")];
        return missing.Length == 0 ? paths : throw new BadInputException(
            $"data directory '{directory}' has no file {string.Join(", ", missing)}; the four IDX files {string.Join(", ", names)} are required, " +
            "each as it is or with .gz; name their directory with --data DIR.");
    }

    private static MemoryImages Read(string imagesPath, string labelsPath, MapShape shape, int classes, IncrementalHash hash)
    {
        var images = IdxFile.Read(imagesPath, [shape.Height, shape.Width]);
        var labels = IdxFile.Read(labelsPath, []);
        if (images.Count != labels.Count)
            throw new BadInputException(
                $"'{imagesPath}' has {images.Count} images and '{labelsPath}' has {labels.Count} labels; the two must be equal; " +
                "use files that belong together.");
        if (images.Count == 0)
            throw new BadInputException($"'{imagesPath}' has 0 images; 1 or more are required; use the original file.");
        int wrong = Array.FindIndex(labels.Content, l => l >= classes);
        if (wrong >= 0)
            throw new BadInputException(
                $"'{labelsPath}': label {wrong} is {labels.Content[wrong]}; with 'data.classes' {classes} it must be 0 to {classes - 1}; " +
                "correct the recipe with --set data.classes=N, or use the right file.");

        Append(hash, images);
        Append(hash, labels);
        return new(shape, classes, images.Content, [.. labels.Content.Select(l => (int)l)]);
    }

    /// <summary>The count separates one file from the next, and the content is hashed as decoded, so that .gz makes no difference.</summary>
    private static void Append(IncrementalHash hash, IdxFile file)
    {
        Span<byte> count = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(count, file.Count);
        hash.AppendData(count);
        hash.AppendData(file.Content);
    }
}
