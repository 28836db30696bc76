using AlexNet.Data.Samples;
using AlexNet.Recipes;

namespace AlexNet.Cli.Tests.Evaluating;

/// <summary>A set of black pictures.</summary>
internal sealed class BlackPictures(int count, MapShape shape) : IImageSet
{
    public int Count => count;

    public MapShape Shape => shape;

    public int Classes => 1;

    public int LabelOf(int index) => 0;

    public void Read(SampleKey sample, Span<byte> pixels) => pixels.Clear();
}
