using AlexNet.Data.Archives;
using AlexNet.Data.Images.Decoding;
using AlexNet.Data.Images.Formats;
using AlexNet.Data.Listing;
using Lockstep.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace AlexNet.Data.Images;

/// <summary>
/// Where an image file's bytes lie: in a file of its own, or in an archive that is open. Reads them into a buffer that is used again.
/// </summary>
/// <param name="path">Where people find it.</param>
/// <param name="archives">Where its archive is opened; null for a file by itself.</param>
/// <param name="file">Its place in the archive.</param>
internal readonly struct ImageFile(string path, OpenArchives? archives = null, LabelledFile file = default)
{
    /// <summary>For messages.</summary>
    public string Path => path;

    /// <summary>A file of a data set.</summary>
    public static ImageFile Of(LabelledFile file, OpenArchives archives) =>
        file.Offset == LabelledFile.Alone ? new(file.Path) : new(file.Path, archives, file);

    /// <summary>Reads all of it and returns its number of bytes.</summary>
    /// <exception cref="ImageException">It is missing, unreadable, empty or too large.</exception>
    public int Load(PinnedBuffer buffer)
    {
        try
        {
            if (archives is not null)
                return Load(archives, buffer);
            using var alone = InputFile.OpenHandle(path);
            return Load(alone, 0, RandomAccess.GetLength(alone), buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageException(
                path,
                $"cannot be read: {e.Message.TrimEnd('.')}",
                "it must be a readable file; check its permissions and the disk"
            );
        }
    }

    private int Load(OpenArchives from, PinnedBuffer buffer)
    {
        while (true)
        {
            try
            {
                return Load(from[file.Container], file.Offset, file.Bytes, buffer);
            }
            catch (ObjectDisposedException)
            {
                // it was closed for another, and is opened again
            }
        }
    }

    private int Load(SafeFileHandle source, long offset, long length, PinnedBuffer buffer)
    {
        if (length is 0 or > ImageLimits.FileBytes)
            throw new ImageException(path, $"has {length} bytes", $"1 to {ImageLimits.FileBytes} are required; remove it or copy it again");
        var content = buffer.Take((int)length);
        int read = 0;
        while (read < content.Length)
        {
            int more = RandomAccess.Read(source, content[read..], offset + read);
            if (more == 0)
                throw new ImageException(path, $"ended after {read} of {content.Length} bytes", "it must not change while it is read");
            read += more;
        }
        return read;
    }
}
