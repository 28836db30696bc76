using System.Buffers.Binary;

namespace AlexNet.Data.Images.Formats;

/// <summary>Whether a JPEG file is whole, without decoding it (ITU-T T.81, annex B).</summary>
internal static class JpegEnd
{
    private const byte Marker = 0xFF,
        StartOfScan = 0xDA;

    private static ReadOnlySpan<byte> EndOfImage => [Marker, 0xD9];

    /// <summary>
    /// True where the end is marked; otherwise rows are missing. An embedded preview has an end too, so only the first scan on counts.
    /// </summary>
    public static bool IsMarked(ReadOnlySpan<byte> file)
    {
        int at = 2; // after the start of the image
        while (at + 4 <= file.Length && file[at] == Marker && file[at + 1] != StartOfScan)
            at += file[at + 1] == Marker ? 1 : 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        return at < file.Length && file[at..].LastIndexOf(EndOfImage) >= 0;
    }
}
