using AlexNet.Data.Images.Formats;
using Lockstep.Core.Errors;

namespace AlexNet.Data.Folders;

/// <summary>What lies in a directory and in all folders below it.</summary>
/// <param name="Directory">The directory.</param>
/// <param name="Pictures">Its pictures in ordinal order of their names.</param>
/// <param name="Others">All other files, as seen from the directory, in ordinal order.</param>
internal sealed record FolderTree(string Directory, IReadOnlyList<TreePicture> Pictures, IReadOnlyList<string> Others)
{
    /// <summary>Far more than anybody's folders have, and few enough for a link that leads back to end.</summary>
    private const int Deepest = 32;

    /// <exception cref="BadInputException">A folder cannot be read, or there is no end of folders.</exception>
    public static FolderTree Walk(string directory)
    {
        var (pictures, others) = (new List<TreePicture>(), new List<string>());
        try
        {
            Walk(new DirectoryInfo(directory), "", 0, pictures, others);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(
                $"data directory '{directory}' cannot be read: {e.Message.TrimEnd('.')}; all of its folders must be readable; check their "
                    + "permissions and the disk."
            );
        }

        return new(directory, [.. pictures.OrderBy(p => p.Name, StringComparer.Ordinal)], [.. others.Order(StringComparer.Ordinal)]);
    }

    private static void Walk(DirectoryInfo folder, string prefix, int depth, List<TreePicture> pictures, List<string> others)
    {
        if (depth > Deepest)
        {
            throw new BadInputException(
                $"'{folder.FullName}' lies {depth} folders deep; at most {Deepest} are looked into; remove a link that leads back to a "
                    + "folder above it."
            );
        }

        foreach (var entry in folder.EnumerateFileSystemInfos().Where(e => !ImageNames.IsLitter(e.Name)))
        {
            if (entry is DirectoryInfo inner && !ClassFolders.IsGarbled(inner.Name))
                Walk(inner, $"{prefix}{inner.Name}/", depth + 1, pictures, others);
            else if (entry is FileInfo file && !ClassFolders.IsGarbled(file.Name) && ClassFolders.IsPicture(file))
                pictures.Add(new(prefix + file.Name, ClassFolders.SizeOf(file)));
            else
                others.Add(prefix + entry.Name);
        }
    }
}

/// <summary>A picture in a tree of folders.</summary>
/// <param name="Name">As seen from the directory of the tree, with slashes.</param>
/// <param name="Bytes">Its size.</param>
internal readonly record struct TreePicture(string Name, long Bytes);
