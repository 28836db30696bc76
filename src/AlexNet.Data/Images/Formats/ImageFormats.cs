namespace AlexNet.Data.Images.Formats;

/// <summary>Tells formats by what a file begins with; its name says nothing.</summary>
internal static class ImageFormats
{
    /// <summary>Bytes from the start that decide.</summary>
    public const int HeadBytes = 12;

    public const string Known = "JPEG, PNG, WebP or BMP";

    /// <summary>The format, or null where it is none of ours.</summary>
    public static ImageFormat? Of(ReadOnlySpan<byte> head) =>
        head switch
        {
            [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
            [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageFormat.WebP,
            [(byte)'B', (byte)'M', ..] => ImageFormat.Bmp,
            _ => null,
        };

    /// <summary>The start of a file that is none of ours, for messages.</summary>
    public static string Describe(ReadOnlySpan<byte> head)
    {
        var start = head[..Math.Min(head.Length, HeadBytes)];
        bool isText = start.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
        return isText ? $"'{System.Text.Encoding.ASCII.GetString(start)}'" : $"the bytes {Convert.ToHexStringLower(start)}";
    }
}
