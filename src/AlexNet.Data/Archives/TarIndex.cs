using System.Formats.Tar;
using Lockstep.Core.Errors;
using Lockstep.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace AlexNet.Data.Archives;

/// <summary>
/// Finds where the files in an uncompressed tar lie, so that each can be read by offset and length; nothing is extracted.
/// </summary>
internal static class TarIndex
{
    /// <summary>More pictures than any set of a step's plan may have.</summary>
    private const int MostEntries = 1 << 24;

    private const int BlockBytes = 512;

    /// <summary>The regular files of a tar.</summary>
    /// <exception cref="BadInputException">It cannot be read, is no tar, or is cut off.</exception>
    public static List<TarMember> Of(string path) => Open(path, path, file => Of(path, file, 0, RandomAccess.GetLength(file)));

    /// <summary>The regular files of a tar that is itself a member of one.</summary>
    /// <param name="path">The outer tar.</param>
    /// <param name="inner">The member.</param>
    /// <exception cref="BadInputException">It cannot be read, is no tar, or is cut off.</exception>
    public static List<TarMember> Of(string path, TarMember inner) =>
        Open(path, $"{path}/{inner.Name}", file => Of($"{path}/{inner.Name}", file, inner.Offset, inner.Bytes));

    private static List<TarMember> Open(string path, string name, Func<SafeFileHandle, List<TarMember>> read)
    {
        try
        {
            using var file = InputFile.OpenHandle(path);
            return read(file);
        }
        catch (Exception e)
            when (e is InvalidDataException or EndOfStreamException or FormatException or OverflowException or ArgumentException)
        {
            throw Bad(name, $"is damaged, or not a tar: {e.Message}", "an uncompressed tar is required");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(
                $"'{name}' cannot be read: {e.Message.TrimEnd('.')}; it must be a readable file; check its permissions and the disk."
            );
        }
    }

    private static List<TarMember> Of(string name, SafeFileHandle file, long start, long bytes)
    {
        using var slice = new FileSlice(name, file, start, bytes);
        using var tar = new TarReader(slice);
        var members = new List<TarMember>();
        long end = 0;
        for (int entries = 0; tar.GetNextEntry() is { } entry; entries++)
        {
            if (entries == MostEntries)
                throw Bad(name, $"has more than {MostEntries} entries", "so many at most are allowed");
            end = entry.DataOffset + (entry.Length + BlockBytes - 1) / BlockBytes * BlockBytes;
            if (end > bytes)
                throw Bad(name, $"ends after {bytes} bytes, in the middle of '{entry.Name}'", $"{end} are required; it is cut off");
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                members.Add(new(entry.Name, start + entry.DataOffset, entry.Length));
        }
        return bytes - end >= BlockBytes
            ? members // as every tar ends with blocks of zeros, one that does not is cut off between two files
            : throw Bad(name, $"ends after {bytes} bytes without the mark of its end", "a whole tar is required; it is cut off");
    }

    private static BadInputException Bad(string name, string found, string required) =>
        new($"'{name}' {found}; {required}; copy or download it again.");
}
