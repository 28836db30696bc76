using System.Buffers.Binary;
using System.IO.Compression;
using AlexNet.Data.Archives;
using AlexNet.Data.Images.Formats;
using Lockstep.Core.Errors;
using Lockstep.Storage.Files;

namespace AlexNet.Data.Idx;

/// <summary>
/// One file in the IDX format: a magic number (two zero bytes, 8 for unsigned bytes, the number of dimensions), each dimension as four
/// bytes, highest first, then the content. Source: "The MNIST database of handwritten digits", LeCun, Cortes, Burges.
/// </summary>
/// <param name="Count">The first dimension: images or labels.</param>
/// <param name="Item">The other dimensions: height and width of an image.</param>
/// <param name="Content">The elements, item by item.</param>
internal sealed record IdxFile(int Count, int[] Item, byte[] Content)
{
    /// <summary>No gzip stream grows by more than this, so a header that promises more lies.</summary>
    private const long GreatestGzipRatio = 1032;

    private const int FirstBufferBytes = 64 << 20;

    private const int UnsignedBytes = 8;

    /// <param name="path">The file; a name that ends in .gz is unpacked.</param>
    /// <param name="dimensions">Dimensions of one item: 2 of an image, 0 of a label.</param>
    /// <exception cref="BadInputException">It cannot be read, or is not such a file.</exception>
    public static IdxFile Read(string path, int dimensions)
    {
        try
        {
            using var file = InputFile.OpenRead(path);
            bool packed = path.EndsWith(".gz", StringComparison.Ordinal);
            if (packed && !GzipFile.Begins(file))
            {
                throw Bad(
                    path,
                    "ends in .gz and is not a gzip file",
                    "a browser may have unpacked it already: if so, rename it without .gz, or"
                );
            }

            using Stream stream = packed ? new GZipStream(file, CompressionMode.Decompress) : file;
            return Read(stream, path, file.Length * (packed ? GreatestGzipRatio : 1), dimensions);
        }
        catch (InvalidDataException)
        {
            throw Bad(path, "is a damaged gzip file", "it must be whole");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(
                $"'{path}' cannot be read: {e.Message.TrimEnd('.')}; it must be a readable file; check its permissions and the disk."
            );
        }
    }

    private static IdxFile Read(Stream stream, string path, long mostBytes, int dimensions)
    {
        byte[] header = new byte[4 * (2 + dimensions)];
        int read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < header.Length)
            throw Truncated(path, read, header.Length);

        int magic = BinaryPrimitives.ReadInt32BigEndian(header),
            rightMagic = (UnsignedBytes << 8) | (1 + dimensions);
        if (magic != rightMagic)
            throw Bad(path, $"starts with the magic number 0x{magic:x8}", $"an IDX file of this kind must start with 0x{rightMagic:x8}");
        int[] item = [.. Enumerable.Range(2, dimensions).Select(i => BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4 * i)))];
        if (item.Any(d => d is < 1 or > ImageLimits.Side) || item.Aggregate(1L, (a, b) => a * b) > ImageLimits.Pixels)
        {
            throw Bad(
                path,
                $"promises images of {string.Join("x", item)}",
                $"1 to {ImageLimits.Side} a side and {ImageLimits.Pixels} pixels in all are allowed"
            );
        }

        return ReadContent(stream, path, header, mostBytes, item);
    }

    private static IdxFile ReadContent(Stream stream, string path, byte[] header, long mostBytes, int[] item)
    {
        long itemBytes = item.Aggregate(1L, (a, b) => a * b);
        uint count = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
        long bytes = count * itemBytes;
        if (header.Length + bytes > mostBytes) // before anything is allocated for it
        {
            throw Bad(
                path,
                $"promises {count} items of {itemBytes} bytes and cannot hold more than {mostBytes} bytes",
                "the two must agree"
            );
        }

        if (bytes > Array.MaxLength)
        {
            throw new BadInputException(
                $"'{path}' has {bytes} bytes of content; at most {Array.MaxLength} are supported; use a smaller data set."
            );
        }

        byte[] content = ReadUpTo(stream, (int)bytes);
        if (content.Length < bytes)
            throw Truncated(path, header.Length + (long)content.Length, header.Length + bytes);
        if (stream.ReadByte() >= 0)
        {
            throw Bad(
                path,
                "has trailing bytes",
                $"it must end after the {count} items ({header.Length + bytes} bytes) that its header promises"
            );
        }

        return new((int)count, item, content);
    }

    /// <summary>Memory grows with what is really there, never with what a header says.</summary>
    private static byte[] ReadUpTo(Stream stream, int bytes)
    {
        byte[] content = GC.AllocateUninitializedArray<byte>(Math.Min(bytes, FirstBufferBytes));
        int read = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        while (read == content.Length && read < bytes)
        {
            Array.Resize(ref content, (int)Math.Min(bytes, 2L * read));
            read += stream.ReadAtLeast(content.AsSpan(read), content.Length - read, throwOnEndOfStream: false);
        }
        Array.Resize(ref content, read);
        return content;
    }

    private static BadInputException Truncated(string path, long found, long required) =>
        Bad(path, $"ends after {found} bytes", $"its header requires {required}; the file is truncated");

    private static BadInputException Bad(string path, string found, string required) =>
        new($"'{path}' {found}; {required}; download or copy it again.");
}
