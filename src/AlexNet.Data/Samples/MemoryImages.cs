using AlexNet.Recipes;

namespace AlexNet.Data.Samples;

/// <summary>Images that lie in memory as bytes, one after the other.</summary>
internal sealed class MemoryImages(MapShape shape, int classes, byte[] pixels, int[] labels) : IImageSet
{
    public int Count => labels.Length;

    public MapShape Shape => shape;

    public int Classes => classes;

    public int LabelOf(int index) => labels[index];

    public void Read(SampleKey sample, Span<byte> destination) =>
        pixels.AsSpan(checked(sample.Index * shape.Elements), shape.Elements).CopyTo(destination);
}
