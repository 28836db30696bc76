using AlexNet.Data.Images;
using AlexNet.Data.Images.Decoding;
using AlexNet.Data.Samples;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Tests.Images;

/// <summary>Recipes and readers for the tests of this folder.</summary>
internal static class Reading
{
    public static DataRecipe Recipe(
        int crop = Fixture.Crop,
        ResizeRecipe? resize = null,
        AugmentationRecipe? augmentation = null,
        int channels = 3
    ) =>
        new()
        {
            Kind = DataKind.Images,
            Classes = 2,
            Channels = channels,
            Height = crop,
            Width = crop,
            Resize = resize ?? new ShortestSideResize { Size = Fixture.Size },
            Augmentation = augmentation ?? new(),
        };

    public static byte[] Read(
        string path,
        DataRecipe? recipe = null,
        SampleKey sample = default,
        JpegDecoder decoder = JpegDecoder.Auto,
        long seed = 1
    )
    {
        recipe ??= Recipe();
        byte[] pixels = new byte[recipe.Channels * recipe.Height * recipe.Width];
        new ImageReader(recipe, seed, decoder).Read(path, sample, pixels);
        return pixels;
    }

    public static double MeanDifference(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        long sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += Math.Abs(a[i] - b[i]);
        return (double)sum / a.Length;
    }

    public static int LargestDifference(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int most = 0;
        for (int i = 0; i < a.Length; i++)
            most = Math.Max(most, Math.Abs(a[i] - b[i]));
        return most;
    }
}
