using Lockstep.Core.Errors;
using Lockstep.Storage.Files;

namespace AlexNet.Data.Cifar;

/// <summary>
/// Finds and reads the files of CIFAR-10: in a directory, in the folder of their archive in it, or in the archive itself.
/// </summary>
internal static class CifarFiles
{
    public const string Test = "test_batch.bin",
        Names = "batches.meta.txt";

    /// <summary>As the official archive has them.</summary>
    public const string Folder = "cifar-10-batches-bin",
        Archive = "cifar-10-binary.tar.gz";

    /// <summary>
    /// Most bytes of one file: more than thirty times what the original has, and little enough for all of them to lie in memory.
    /// </summary>
    public const int MostBytes = 320_000_000;

    public static readonly string[] Train = [.. Enumerable.Range(1, 5).Select(i => FormattableString.Invariant($"data_batch_{i}.bin"))];

    private static readonly string[] Required = [.. Train, Test];

    /// <summary>Whether a directory has the files, their folder or their archive.</summary>
    public static bool AreIn(string directory) =>
        Directory.Exists(Path.Combine(directory, Folder)) || Required.Append(Archive).Any(n => File.Exists(Path.Combine(directory, n)));

    /// <summary>The files by their names; all that are required are there.</summary>
    /// <exception cref="BadInputException">Some are missing, or cannot be read.</exception>
    public static IReadOnlyDictionary<string, CifarFile> Find(string directory)
    {
        string folder = Path.Combine(directory, Folder),
            archive = Path.Combine(directory, Archive);
        var (place, files) =
            Directory.Exists(folder) ? (folder, InFolder(folder))
            : File.Exists(archive) && !Required.Any(n => File.Exists(Path.Combine(directory, n))) ? (archive, CifarArchive.Read(archive))
            : (directory, InFolder(directory));
        string[] missing = [.. Required.Where(n => !files.ContainsKey(n)).Select(n => $"'{n}'")];
        return missing.Length == 0
            ? files
            : throw new BadInputException(
                $"'{place}' has no file {string.Join(", ", missing)}; the files {string.Join(", ", Required)} are required, in the "
                    + $"directory, in a folder '{Folder}' in it, "
                    + $"or in '{Archive}'; get them with alexnet data download cifar10, and name their directory with --data DIR."
            );
    }

    public static bool IsWanted(string name) => name == Names || Required.Contains(name);

    /// <summary>A file that is larger than any of them may be.</summary>
    public static BadInputException TooLarge(string path, long bytes) =>
        new($"'{path}' has {bytes} bytes; at most {MostBytes} are allowed; download it again: alexnet data download cifar10.");

    private static Dictionary<string, CifarFile> InFolder(string folder) =>
        Required
            .Append(Names)
            .Where(name => File.Exists(Path.Combine(folder, name)))
            .ToDictionary(name => name, name => Read(Path.Combine(folder, name)));

    private static CifarFile Read(string path)
    {
        try
        {
            using var file = InputFile.OpenRead(path);
            if (file.Length > MostBytes)
                throw TooLarge(path, file.Length);
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            return new(path, content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(
                $"'{path}' cannot be read: {e.Message.TrimEnd('.')}; it must be a readable file; check its permissions and the disk."
            );
        }
    }
}
