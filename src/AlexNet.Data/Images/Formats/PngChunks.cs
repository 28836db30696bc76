using System.Buffers.Binary;

namespace AlexNet.Data.Images.Formats;

/// <summary>The parts of a PNG file (W3C PNG, section 5.3): a length, a type, the content, and a checksum each.</summary>
internal static class PngChunks
{
    private const int Signature = 8,
        Number = 4,
        Type = 4,
        Checksum = 4;

    /// <summary>
    /// What a file says of its picture in Exif form (<c>eXIf</c>), before its pixels or after them; empty where it says nothing.
    /// </summary>
    public static ReadOnlySpan<byte> Exif(ReadOnlySpan<byte> file)
    {
        for (var rest = file[Math.Min(Signature, file.Length)..]; rest.Length >= Number + Type; )
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - Number - Type)
                break; // the file is cut off; whether that matters is the decoder's to say
            var content = rest.Slice(Number + Type, (int)length);
            if (rest.Slice(Number, Type).SequenceEqual("eXIf"u8))
                return content;
            rest = rest[Math.Min(Number + Type + (int)length + Checksum, rest.Length)..];
        }
        return [];
    }
}
