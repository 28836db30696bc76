using AlexNet.Data.Samples;
using AlexNet.Recipes.Augmentation;
using SkiaSharp;

namespace AlexNet.Cli.Pictures;

/// <summary>Draws a sample of a data set as the net sees it, before the mean is subtracted.</summary>
internal static class SampleImage
{
    private static readonly float[] Unchanged = new float[ColourNoise.Colours];

    /// <param name="canvas">Where to draw.</param>
    /// <param name="set">The samples.</param>
    /// <param name="sample">The one to draw, in the version that is wanted.</param>
    /// <param name="place">The place on the canvas; a picture that is enlarged keeps its pixels sharp.</param>
    /// <param name="offsets">Added to red, green and blue; nothing by default.</param>
    public static void Draw(SKCanvas canvas, IImageSet set, SampleKey sample, SKRect place, float[]? offsets = null)
    {
        using var image = Of(set, sample, offsets ?? Unchanged);
        canvas.DrawImage(
            image,
            place,
            place.Width >= image.Width ? new SKSamplingOptions(SKFilterMode.Nearest) : new SKSamplingOptions(SKCubicResampler.Mitchell)
        );
    }

    private static SKImage Of(IImageSet set, SampleKey sample, float[] offsets)
    {
        var shape = set.Shape;
        byte[] pixels = new byte[shape.Elements];
        set.Read(sample, pixels);
        using var bitmap = new SKBitmap(new SKImageInfo(shape.Width, shape.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        int plane = shape.Width * shape.Height;
        for (int i = 0; i < plane; i++)
            bitmap.SetPixel(i % shape.Width, i / shape.Width, new(Level(0, i), Level(1, i), Level(2, i)));
        return SKImage.FromBitmap(bitmap);

        byte Level(int colour, int i) =>
            (byte)Math.Clamp(Math.Round(pixels[(shape.Channels == 1 ? 0 : colour * plane) + i] + offsets[colour]), 0, byte.MaxValue);
    }
}
