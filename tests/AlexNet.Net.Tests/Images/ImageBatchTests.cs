using AlexNet.Net.Images;
using AlexNet.Recipes;
using AlexNet.Recipes.Augmentation;
using AlexNet.Recipes.Pictures;
using AlexNet.Testing;
using Lockstep.Native;
using TorchSharp;

namespace AlexNet.Net.Tests.Images;

public sealed class ImageBatchTests : IDisposable
{
    private static readonly MapShape Shape = new(3, 1, 2);
    private static readonly double[] Mean = [0.5, 0.4, 0.3],
        Std = [0.2, 0.25, 0.5];

    private readonly TemporaryFolder _folder = new();

    private static DataRecipe Recipe =>
        new()
        {
            Kind = DataKind.Images,
            Classes = 2,
            Channels = 3,
            Height = 1,
            Width = 2,
            Mean = Mean,
            Std = Std,
        };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Normalise_Bytes_SubtractsMeanAndDividesByStd() =>
        AssertClose((value, channel, _) => (value / 255 - Mean[channel]) / Std[channel], Normalised(Recipe));

    /// <summary>In 0..255 units, before mean and std: an offset for each sample and channel.</summary>
    [Fact]
    public void Normalise_WithColours_ShiftsEachSampleByItsOwn()
    {
        float[] colours = [10, -20, 30, 1, 2, -3];
        AssertClose(
            (value, channel, sample) => ((value + colours[3 * sample + channel]) / 255 - Mean[channel]) / Std[channel],
            Normalised(Recipe, colours)
        );
    }

    [Fact]
    public void Normalise_WithAMeanImage_SubtractsItPositionByPosition()
    {
        float[] mean = [0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f];
        MeanImage.Write(_folder["mean.safetensors"], mean, Shape);
        float[] normalised = Normalised(Recipe with { MeanImage = _folder["mean.safetensors"] });
        for (int i = 0; i < normalised.Length; i++)
            Assert.Equal((Bytes[i] / 255.0 - mean[i % 6]) / Std[i % 6 / 2], normalised[i], tolerance: 1e-5);
    }

    private static readonly byte[] Bytes = [0, 50, 100, 150, 200, 255, 5, 15, 25, 35, 45, 55];

    private static float[] Normalised(DataRecipe recipe, float[]? colours = null)
    {
        NativeLibraries.Load();
        using var scope = torch.NewDisposeScope();
        var bytes = torch.tensor(Bytes).reshape(2, 3, 1, 2);
        return new ImageBatch(recipe, torch.CPU).Normalise(bytes, colours).data<float>().ToArray();
    }

    private static void AssertClose(Func<double, int, int, double> expected, float[] found)
    {
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(expected(Bytes[i], i % 6 / 2, i / 6), found[i], tolerance: 1e-5);
    }
}
