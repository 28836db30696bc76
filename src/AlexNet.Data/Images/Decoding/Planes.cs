namespace AlexNet.Data.Images.Decoding;

/// <summary>The last touch to resampled planes, where they are not what is wanted already.</summary>
internal static class Planes
{
    /// <summary>Rows become columns, plane by plane.</summary>
    /// <param name="source">planes x width x height.</param>
    /// <param name="target">planes x height x width.</param>
    /// <param name="height">The height of the target.</param>
    /// <param name="width">The width of the target.</param>
    public static void Transpose(ReadOnlySpan<byte> source, Span<byte> target, int height, int width)
    {
        int plane = height * width;
        for (int first = 0; first < target.Length; first += plane)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                    target[first + y * width + x] = source[first + x * height + y];
            }
        }
    }

    /// <summary>Planes become pixels of four bytes; one plane is all three colours.</summary>
    /// <param name="source">One or three planes.</param>
    /// <param name="target">The pixels; their last byte becomes 0.</param>
    public static void Interleave(ReadOnlySpan<byte> source, Span<uint> target)
    {
        bool isGrey = source.Length == target.Length;
        var green = isGrey ? source : source[target.Length..];
        var blue = isGrey ? source : source[(2 * target.Length)..];
        for (int i = 0; i < target.Length; i++)
            target[i] = source[i] | ((uint)green[i] << 8) | ((uint)blue[i] << 16);
    }

    /// <summary>Red, green and blue become grey, weighted by ITU-R BT.601 in 16 bits; grey colours stay what they are.</summary>
    public static void ToGrey(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var green = source[target.Length..];
        var blue = source[(2 * target.Length)..];
        for (int i = 0; i < target.Length; i++)
            target[i] = (byte)((source[i] * 19595 + green[i] * 38470 + blue[i] * 7471 + 0x8000) >> 16);
    }
}
