using System.Buffers.Binary;

namespace AlexNet.Data.Images.Formats;

/// <summary>
/// The orientation in Exif data (Exif 2.3, tag 274). The library that decodes finds it in JPEG and WebP files but not in PNG ones, and one
/// that reads all of Exif would do so for every picture of every epoch; this reads one number and allocates nothing.
/// </summary>
internal static class ExifOrientation
{
    private const int Head = 8,
        EntryBytes = 12,
        Upright = 1;
    private const ushort Tag = 274,
        Short = 3;

    /// <summary>1 to 8; 1, upright, where nothing else is said.</summary>
    /// <param name="exif">A TIFF header in either byte order and what follows; some programs put JPEG's mark in front.</param>
    public static int Of(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith("Exif\0\0"u8))
            exif = exif["Exif\0\0"u8.Length..];
        bool isLittle = exif.StartsWith("II*\0"u8);
        if (exif.Length < Head || !(isLittle || exif.StartsWith("MM\0*"u8)))
            return Upright;
        uint directory = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]) : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        if (directory > exif.Length - sizeof(ushort))
            return Upright;
        var entries = exif[((int)directory + sizeof(ushort))..];
        for (
            int count = Number(exif[(int)directory..]);
            count > 0 && entries.Length >= EntryBytes;
            count--, entries = entries[EntryBytes..]
        )
        {
            if (Number(entries) == Tag)
                return Number(entries[2..]) == Short && Number(entries[8..]) is >= 1 and <= 8 and var orientation ? orientation : Upright;
        }

        return Upright;

        ushort Number(ReadOnlySpan<byte> bytes) =>
            isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }
}
