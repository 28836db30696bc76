using AlexNet.Data.Samples;
using AlexNet.Recipes;
using Lockstep.Core.Randomness;

namespace AlexNet.Data.Generated;

/// <summary>Pictures drawn when they are read, from (seed, split, index) alone; bitwise equal on every machine (law 1).</summary>
internal sealed class GeneratedImages(long seed, string split, int count, int classes, MapShape shape) : IImageSet
{
    private readonly RandomStream _random = new(seed, $"pictures/{split}");

    public int Count => count;

    public MapShape Shape => shape;

    public int Classes => classes;

    /// <summary>Classes take turns, so that any count is balanced; the order of an epoch is shuffled anyway.</summary>
    public int LabelOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        return index % classes;
    }

    public void Read(SampleKey sample, Span<byte> pixels) =>
        Picture.Draw(_random, sample.Index, LabelOf(sample.Index), grouped: classes > Picture.Figures.Count, shape, pixels);
}
