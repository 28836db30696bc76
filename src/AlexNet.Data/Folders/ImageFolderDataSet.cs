using System.Security.Cryptography;
using System.Text;
using AlexNet.Core.Errors;
using AlexNet.Core.Recipes;
using AlexNet.Data.Images;

namespace AlexNet.Data.Folders;

/// <summary>
/// Folders of images, one for each class: <c>train/CLASS/FILE</c>, and <c>val</c>, <c>valid</c> or <c>test</c> beside it. Classes are the
/// folders of <c>train</c> in ordinal order of their names, so that labels are the same on every machine.
/// </summary>
internal static class ImageFolderDataSet
{
    private const string Train = "train";

    private static readonly string[] Tests = ["val", "valid", "test"];

    /// <exception cref="BadInputException">Anything at all is wrong with the tree; every error is listed.</exception>
    public static DataSet Open(DataRecipe recipe, long seed, string directory)
    {
        var errors = new List<string>();
        string test = Tests.FirstOrDefault(t => Directory.Exists(Path.Combine(directory, t))) ?? throw new BadInputException(
            $"data directory '{directory}' has no folder {string.Join(", ", Tests.Select(t => $"'{t}'"))}; one of them is required, with a folder for each class.");
        string[] classes = ClassesOf(Path.Combine(directory, Train), recipe.Classes);
        var (trainFiles, testFiles) = (ClassFolders.Find(directory, Train, classes, errors), ClassFolders.Find(directory, test, classes, errors));
        if (errors.Count > 0)
            throw new BadInputException(errors);

        var reader = new ImageReader(recipe, seed);
        return new(new FolderImages(trainFiles, recipe, reader), new FolderImages(testFiles, recipe, reader), classes, Fingerprint(trainFiles, testFiles));
    }

    private static string[] ClassesOf(string train, int required)
    {
        if (!Directory.Exists(train))
            throw new BadInputException($"folder '{train}' is missing; it must hold a folder of training images for each class; name its parent with --data DIR.");
        string[] classes = [.. ClassFolders.Names(train)];
        return classes.Length == required ? classes : throw new BadInputException(
            $"folder '{train}' has {classes.Length} class folders; 'data.classes' requires {required}; correct the recipe with --set data.classes=N, or use other data.");
    }

    /// <summary>Names and sizes; to read every file would take as long as an epoch.</summary>
    private static string Fingerprint(params ReadOnlySpan<IReadOnlyList<LabelledFile>> splits)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var files in splits)
            foreach (var file in files)
                hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{file.Label}/{file.Name}/{file.Bytes}\n")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
