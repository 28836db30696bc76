using SkiaSharp;

namespace AlexNet.Data.Images.Decoding;

/// <summary>The pixels we ask for: red, green, blue, alpha; no colour space, so that no colour is changed.</summary>
internal static class SkiaPixels
{
    public const int Bytes = 4;

    public static SKImageInfo Info(int width, int height, SKAlphaType alpha) => new(width, height, SKColorType.Rgba8888, alpha);
}
