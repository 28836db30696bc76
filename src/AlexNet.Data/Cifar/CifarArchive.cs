using System.Formats.Tar;
using System.IO.Compression;
using AlexNet.Data.Archives;
using Lockstep.Core.Errors;
using Lockstep.Storage.Files;

namespace AlexNet.Data.Cifar;

/// <summary>Reads the wanted files out of <c>cifar-10-binary.tar.gz</c>, straight into memory: nothing is ever written to a disk.</summary>
internal static class CifarArchive
{
    /// <summary>The original has nine.</summary>
    private const int MostEntries = 1000;

    /// <summary>More than all files that are wanted may have together; beyond that it is a bomb.</summary>
    private const long MostUnpackedBytes = 2_000_000_000;

    /// <exception cref="BadInputException">It is no such archive, or one that is not what it says.</exception>
    public static IReadOnlyDictionary<string, CifarFile> Read(string path)
    {
        try
        {
            using var file = InputFile.OpenRead(path);
            if (!GzipFile.Begins(file))
            {
                throw new BadInputException(
                    $"'{path}' ends in .gz and is not a gzip file; a browser may have unpacked it already: if so, unpack it with 'tar "
                        + "-xf', or download it again: alexnet data download cifar10."
                );
            }

            using var stream = new GuardedStream(new GZipStream(file, CompressionMode.Decompress), path, MostUnpackedBytes);
            using var tar = new TarReader(stream);
            return Read(tar, path);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new BadInputException(
                $"'{path}' is damaged or cut off: {e.Message}; a whole gzipped tar is required; download it again: alexnet data download "
                    + "cifar10."
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(
                $"'{path}' cannot be read: {e.Message.TrimEnd('.')}; it must be a readable file; check its permissions and the disk."
            );
        }
    }

    private static Dictionary<string, CifarFile> Read(TarReader tar, string path)
    {
        var files = new Dictionary<string, CifarFile>();
        for (int entries = 0; tar.GetNextEntry() is { } entry; entries++)
        {
            if (entries == MostEntries)
            {
                throw new BadInputException(
                    $"'{path}' has more than {MostEntries} entries; CIFAR-10 has nine; download it again: alexnet data download cifar10."
                );
            }

            if (NameOf(entry) is not { } name)
                continue;
            if (!files.TryAdd(name, Content(entry, $"{path}/{entry.Name}")))
            {
                throw new BadInputException(
                    $"'{path}' has '{entry.Name}' twice; each file is required once; download it again: alexnet data download cifar10."
                );
            }
        }
        return files;
    }

    /// <summary>Which of the wanted files an entry is: only one that lies exactly where the original has it.</summary>
    private static string? NameOf(TarEntry entry)
    {
        string place = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
        bool isFile = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile;
        return isFile && place.Split('/') is [CifarFiles.Folder, var name] && CifarFiles.IsWanted(name) ? name : null;
    }

    private static CifarFile Content(TarEntry entry, string path)
    {
        if (entry.Length > CifarFiles.MostBytes)
            throw CifarFiles.TooLarge(path, entry.Length);
        if (entry.DataStream is not { } stream)
            return new(path, []);
        using var content = new MemoryStream(); // grows with what is really there
        stream.CopyTo(content, ArchivePiece.MostBytes / 4);
        return content.Length == entry.Length
            ? new(path, content.ToArray())
            : throw new BadInputException(
                $"'{path}' ends after {content.Length} of {entry.Length} bytes; the archive is cut off; download it again: alexnet data "
                    + "download cifar10."
            );
    }
}
