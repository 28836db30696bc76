using AlexNet.Data.Listing;
using Lockstep.Core.Errors;

namespace AlexNet.Data.Folders;

/// <summary>
/// Folders of images, one for each class: <c>train/CLASS/FILE</c>, and <c>val</c>, <c>valid</c> or <c>test</c> beside it. Classes are the
/// folders of <c>train</c> in ordinal order of their names, so that labels are the same on every machine.
/// </summary>
internal static class FolderFiles
{
    private const string Train = "train";

    private static readonly string[] Tests = ["val", "valid", "test"];

    /// <exception cref="BadInputException">Anything at all is wrong with the tree; every error is listed.</exception>
    public static FoundFiles Find(string directory)
    {
        var errors = new List<string>();
        string test = Tests.FirstOrDefault(t => Directory.Exists(Path.Combine(directory, t)))
            ?? throw new BadInputException(
                $"data directory '{directory}' has no folder {string.Join(", ", Tests.Select(t => $"'{t}'"))}; one of them is required, "
                    + "with a folder for each class."
            );
        string[] classes = ClassesOf(Path.Combine(directory, Train));
        var found = new FoundFiles(
            ClassFolders.Find(directory, Train, classes, errors),
            ClassFolders.Find(directory, test, classes, errors),
            classes
        );
        return errors.Count == 0 ? found : throw new BadInputException(errors);
    }

    private static string[] ClassesOf(string train)
    {
        if (!Directory.Exists(train))
        {
            throw new BadInputException(
                $"folder '{train}' is missing; it must hold a folder of training images for each class; name its parent with --data DIR."
            );
        }

        string[] classes = [.. ClassFolders.Names(train)];
        return classes.Length > 0
            ? classes
            : throw new BadInputException(
                $"folder '{train}' has 0 class folders; it must hold a folder of training images for each class."
            );
    }
}
