namespace AlexNet.Data.Images.Decoding;

/// <summary>Transparent pixels are seen over white, as a page would show them.</summary>
internal static unsafe class Transparency
{
    private const int Opaque = 255,
        White = 255,
        Alpha = 3;

    /// <summary>Lays a region over white, in place; alpha is not premultiplied.</summary>
    public static void LayOverWhite(DecodedRegion region, int width, int height)
    {
        for (int y = 0; y < height; y++)
        {
            byte* pixel = region.Pixels + (long)y * region.Stride;
            for (int x = 0; x < width; x++, pixel += SkiaPixels.Bytes)
            {
                for (int channel = 0; channel < Alpha; channel++)
                    pixel[channel] = (byte)((pixel[channel] * pixel[Alpha] + White * (Opaque - pixel[Alpha]) + Opaque / 2) / Opaque);
            }
        }
    }
}
