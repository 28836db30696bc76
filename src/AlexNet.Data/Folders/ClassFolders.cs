using AlexNet.Data.Images.Formats;
using AlexNet.Data.Listing;
using Lockstep.Storage.Files;

namespace AlexNet.Data.Folders;

/// <summary>Finds the image files of one split.</summary>
internal static class ClassFolders
{
    /// <summary>Errors of one kind beyond these are only counted.</summary>
    private const int MostReported = 10;

    /// <summary>The class folders in ordinal order.</summary>
    public static IEnumerable<string> Names(string split) =>
        Directory
            .EnumerateDirectories(split)
            .Select(d => Path.GetFileName(d))
            .Where(n => !ImageNames.IsLitter(n))
            .Order(StringComparer.Ordinal);

    /// <summary>All files, class by class, each in ordinal order.</summary>
    /// <param name="directory">The data set.</param>
    /// <param name="split">The folder of the split.</param>
    /// <param name="classes">The classes of the data set.</param>
    /// <param name="errors">Takes everything that is wrong.</param>
    public static IReadOnlyList<LabelledFile> Find(string directory, string split, string[] classes, List<string> errors)
    {
        string root = Path.Combine(directory, split);
        foreach (string unknown in Names(root).Except(classes))
        {
            errors.Add(
                $"folder '{Path.Combine(root, unknown)}' is not a class of the training images; the same names are required; rename or "
                    + "remove it."
            );
        }

        var files = new List<LabelledFile>();
        var strangers = new List<string>();
        for (int label = 0; label < classes.Length; label++)
        {
            int before = files.Count;
            string folder = Path.Combine(root, classes[label]);
            if (Unusable(folder, classes[label]) is { } problem)
            {
                errors.Add(problem);
                continue;
            }
            AddClass(folder, label, files, strangers);
            if (files.Count == before)
            {
                errors.Add(
                    $"class folder '{Path.Combine(root, classes[label])}' has 0 images; 1 or more are required; add some, or remove the "
                        + "class everywhere."
                );
            }
        }
        Report(root, strangers, errors);
        return files;
    }

    /// <summary>Why a class folder cannot even be looked into; null where it can.</summary>
    private static string? Unusable(string folder, string name) =>
        Directory.Exists(folder) ? null
        : IsGarbled(name)
            ? $"class folder '{folder}' has a name that is not UTF-8, so that it cannot be opened; rename it (convmv -f latin1 -t utf8 "
                + "--notest does that for many)."
        : File.Exists(folder) ? $"'{folder}' is a file; a folder of this class's images is required; put them there."
        : $"class folder '{folder}' is missing; every class of the training images must have one with 1 or more images; add it, or remove "
            + "the class everywhere.";

    /// <summary>Bytes of a name that are no UTF-8 come as this character, and then name nothing.</summary>
    public static bool IsGarbled(string name) => name.Contains('\uFFFD');

    private static void AddClass(string folder, int label, List<LabelledFile> files, List<string> strangers)
    {
        foreach (
            var entry in new DirectoryInfo(folder)
                .EnumerateFileSystemInfos()
                .Where(e => !ImageNames.IsLitter(e.Name))
                .OrderBy(e => e.Name, StringComparer.Ordinal)
        )
        {
            if (entry is FileInfo file && !IsGarbled(file.Name) && IsPicture(file))
                files.Add(new(folder, file.Name, label, SizeOf(file)));
            else
                strangers.Add(entry.FullName);
        }
    }

    /// <summary>The size of the file itself where it is a link, so that a linked tree has the fingerprint of the tree.</summary>
    public static long SizeOf(FileInfo file) =>
        file.Attributes.HasFlag(FileAttributes.ReparsePoint)
        && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target
            ? target.Length
            : file.Length;

    /// <summary>Whether a file has the name of a picture, or begins as one.</summary>
    public static bool IsPicture(FileInfo file) => ImageNames.IsImage(file.Name) || LooksLikeOne(file.FullName);

    /// <summary>Files with other names are looked into.</summary>
    private static bool LooksLikeOne(string path)
    {
        try
        {
            using var file = InputFile.OpenHandle(path);
            Span<byte> head = stackalloc byte[ImageFormats.HeadBytes];
            return ImageFormats.Of(head[..RandomAccess.Read(file, head, 0)]) is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string What(string stranger) =>
        Directory.Exists(stranger) ? "is a folder"
        : IsGarbled(stranger) ? "has a name that is not UTF-8, so that it cannot be opened"
        : $"is not a {ImageFormats.Known} file";

    private static void Report(string root, List<string> strangers, List<string> errors)
    {
        foreach (string stranger in strangers.Take(MostReported))
        {
            errors.Add(
                $"'{stranger}' {What(stranger)}; a class folder holds nothing but {ImageFormats.Known} files; remove it or move it "
                    + "elsewhere."
            );
        }

        if (strangers.Count > MostReported)
            errors.Add(FormattableString.Invariant($"'{root}' has {strangers.Count - MostReported} more such entries."));
    }
}
