using AlexNet.Core.Files;
using AlexNet.Data.Files;
using AlexNet.Data.Images;

namespace AlexNet.Data.Folders;

/// <summary>Finds the image files of one split.</summary>
internal static class ClassFolders
{
    /// <summary>Errors of one kind beyond these are only counted.</summary>
    private const int MostReported = 10;

    /// <summary>The class folders in ordinal order.</summary>
    public static IEnumerable<string> Names(string split) =>
        Directory.EnumerateDirectories(split).Select(d => Path.GetFileName(d)).Where(n => !ImageNames.IsLitter(n)).Order(StringComparer.Ordinal);

    /// <summary>All files, class by class, each in ordinal order.</summary>
    /// <param name="directory">The data set.</param>
    /// <param name="split">The folder of the split.</param>
    /// <param name="classes">The classes of the data set.</param>
    /// <param name="errors">Takes everything that is wrong.</param>
    public static IReadOnlyList<LabelledFile> Find(string directory, string split, string[] classes, List<string> errors)
    {
        string root = Path.Combine(directory, split);
        foreach (string unknown in Names(root).Except(classes))
            errors.Add($"folder '{Path.Combine(root, unknown)}' is no class of the training images; the same names are required; rename or remove it.");
        var files = new List<LabelledFile>();
        var strangers = new List<string>();
        for (int label = 0; label < classes.Length; label++)
        {
            int before = files.Count;
            AddClass(Path.Combine(root, classes[label]), label, files, strangers);
            if (files.Count == before)
                errors.Add($"class folder '{Path.Combine(root, classes[label])}' has 0 images; 1 or more are required; add some, or remove the class everywhere.");
        }
        Report(root, strangers, errors);
        return files;
    }

    private static void AddClass(string folder, int label, List<LabelledFile> files, List<string> strangers)
    {
        var directory = new DirectoryInfo(folder);
        if (!directory.Exists)
            return;
        foreach (var entry in directory.EnumerateFileSystemInfos().Where(e => !ImageNames.IsLitter(e.Name)).OrderBy(e => e.Name, StringComparer.Ordinal))
            if (entry is FileInfo file && (ImageNames.IsImage(file.Name) || LooksLikeOne(file.FullName)))
                files.Add(new(folder, file.Name, label, SizeOf(file)));
            else
                strangers.Add(entry.FullName);
    }

    /// <summary>Of the file itself where it is a link, so that a linked tree has the fingerprint of the tree.</summary>
    public static long SizeOf(FileInfo file) =>
        file.Attributes.HasFlag(FileAttributes.ReparsePoint) && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target
            ? target.Length : file.Length;

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

    private static void Report(string root, List<string> strangers, List<string> errors)
    {
        foreach (string stranger in strangers.Take(MostReported))
            errors.Add($"'{stranger}' is no {ImageFormats.Known} file; a class folder holds nothing else; remove it or move it elsewhere.");
        if (strangers.Count > MostReported)
            errors.Add(FormattableString.Invariant($"'{root}' has {strangers.Count - MostReported} more such entries."));
    }
}
