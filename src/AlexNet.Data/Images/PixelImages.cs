using AlexNet.Data.Samples;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Images;

/// <summary>
/// Pictures of one size that lie in memory as bytes, one after the other, and are framed like image files when they are read; where the net
/// takes them as they are, that is a copy.
/// </summary>
/// <param name="stored">Channels, height and width of the pictures in memory.</param>
/// <param name="data">What the net takes.</param>
/// <param name="reader">Resizes, crops and mirrors the pixels.</param>
/// <param name="pixels">Pictures x channels x height x width.</param>
/// <param name="labels">The class of each.</param>
internal sealed class PixelImages(MapShape stored, DataRecipe data, ImageReader reader, byte[] pixels, int[] labels) : IImageSet
{
    public int Count => labels.Length;

    public MapShape Shape { get; } = new(data.Channels, data.Height, data.Width);

    public int Classes => data.Classes;

    public int LabelOf(int index) => labels[index];

    public (int Width, int Height) SizeOf(int index) => (stored.Width, stored.Height);

    public void Read(SampleKey sample, Span<byte> destination) =>
        reader.Read(pixels.AsSpan(checked(sample.Index * stored.Elements), stored.Elements), stored, sample, destination);
}
