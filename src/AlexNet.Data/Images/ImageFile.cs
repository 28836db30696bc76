namespace AlexNet.Data.Images;

/// <summary>Reads files into a buffer that is used again.</summary>
internal static class ImageFile
{
    /// <summary>Reads a whole file and returns its number of bytes.</summary>
    /// <exception cref="ImageException">It is missing, unreadable, empty or too large.</exception>
    public static int Load(string path, PinnedBuffer buffer)
    {
        try
        {
            using var file = File.OpenHandle(path);
            long length = RandomAccess.GetLength(file);
            if (length is 0 or > ImageLimits.FileBytes)
                throw new ImageException(path, $"has {length} bytes", $"1 to {ImageLimits.FileBytes} are required; remove it or copy it again");
            return ReadAll(file, buffer.Take((int)length), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageException(path, $"cannot be read: {e.Message}", "it must be a readable file; check its permissions and the disk");
        }
    }

    private static int ReadAll(Microsoft.Win32.SafeHandles.SafeFileHandle file, Span<byte> content, string path)
    {
        int read = 0;
        while (read < content.Length)
        {
            int more = RandomAccess.Read(file, content[read..], read);
            if (more == 0)
                throw new ImageException(path, $"ended after {read} of {content.Length} bytes", "it must not change while it is read");
            read += more;
        }
        return read;
    }
}
