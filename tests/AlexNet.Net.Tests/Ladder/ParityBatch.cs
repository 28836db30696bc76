using AlexNet.Net.Images;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Randomness;
using TorchSharp;

namespace AlexNet.Net.Tests.Ladder;

/// <summary>The batch of a fixture, drawn from the seed as the script draws it.</summary>
internal static class ParityBatch
{
    /// <summary>samples x channels x height x width, normalised.</summary>
    public static torch.Tensor Images(ParityFixture fixture, DataRecipe data)
    {
        var shape = new MapShape(data.Channels, data.Height, data.Width);
        var bytes = ImageBatch.Bytes(fixture.Samples.Count, shape);
        var random = new RandomStream(fixture.Seed, "parity/images");
        var pixels = bytes.bytes;
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)random.At(0, fixture.Samples[i / shape.Elements]).Bits(i % shape.Elements);
        return new ImageBatch(data, torch.CPU).Normalise(bytes);
    }

    /// <summary>samples, 64-bit.</summary>
    public static torch.Tensor Labels(ParityFixture fixture, DataRecipe data)
    {
        var random = new RandomStream(fixture.Seed, "parity/labels");
        return torch.tensor([.. fixture.Samples.Select(sample => random.At(0, sample).Bits(0) % (uint)data.Classes)], dtype: torch.int64);
    }
}
