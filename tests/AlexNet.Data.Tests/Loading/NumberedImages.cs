using AlexNet.Data.Samples;
using AlexNet.Recipes;

namespace AlexNet.Data.Tests.Loading;

/// <summary>Images of two pixels that hold their own index, so that a test sees which image lies where.</summary>
internal sealed class NumberedImages(int count) : IImageSet
{
    /// <summary>Runs before each read; where a test wants to block or to fail.</summary>
    public Action<int> BeforeRead { get; init; } = _ => { };

    public int Count => count;

    public MapShape Shape => new(1, 1, 2);

    public int Classes => 10;

    public int LabelOf(int index) => index % Classes;

    public void Read(SampleKey sample, Span<byte> pixels)
    {
        BeforeRead(sample.Index);
        (pixels[0], pixels[1]) = ((byte)(sample.Index >> 8), (byte)sample.Index);
    }

    public static int[] IndicesIn(ReadOnlySpan<byte> pixels)
    {
        int[] indices = new int[pixels.Length / 2];
        for (int i = 0; i < indices.Length; i++)
            indices[i] = (pixels[2 * i] << 8) | pixels[2 * i + 1];
        return indices;
    }
}
