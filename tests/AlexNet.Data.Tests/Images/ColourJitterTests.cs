using AlexNet.Data.Images.Augmenting;
using AlexNet.Data.Samples;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Tests.Images;

public class ColourJitterTests
{
    private const int Plane = 50;

    private static readonly ColourJitterRecipe None = new()
    {
        Brightness = 0,
        Contrast = 0,
        Saturation = 0,
        Hue = 0,
    };

    [Fact]
    public void Apply_NoChange_KeepsEveryByte() => Assert.Equal(Picture(), Jittered(None, epoch: 1));

    [Fact]
    public void Apply_SameKey_IsTheSame_AndAnotherEpochIsNot()
    {
        var recipe = new ColourJitterRecipe { Hue = 0.2 };
        Assert.Equal(Jittered(recipe, epoch: 2), Jittered(recipe, epoch: 2));
        Assert.NotEqual(Jittered(recipe, epoch: 2), Jittered(recipe, epoch: 3));
    }

    /// <summary>Grey has no saturation and no hue.</summary>
    [Fact]
    public void Apply_SaturationAndHueOfGrey_KeepsIt()
    {
        byte[] grey = [.. Enumerable.Range(0, 3 * Plane).Select(i => (byte)(i % Plane * 5))];
        byte[] changed = [.. grey];
        for (int epoch = 1; epoch <= 20; epoch++)
            new ColourJitter(None with { Saturation = 1, Hue = 0.25 }, seed: 1).Apply(new(7, epoch), changed);
        Assert.Equal(grey, changed);
    }

    [Fact]
    public void Apply_Brightness_MultipliesEveryByteByOneFactorWithinTheRange()
    {
        var factors = Enumerable
            .Range(1, 200)
            .Select(epoch =>
            {
                byte[] pixels = [.. Enumerable.Repeat((byte)100, 3 * Plane)];
                new ColourJitter(None with { Brightness = 0.5 }, seed: 1).Apply(new(7, epoch), pixels);
                return (double)Assert.Single(pixels.Distinct()) / 100;
            })
            .ToList();
        Assert.InRange(factors.Min(), 0.5, 0.55);
        Assert.InRange(factors.Max(), 1.45, 1.5);
    }

    [Fact]
    public void Apply_Contrast_KeepsTheMeanGrey()
    {
        byte[] pixels = [.. Enumerable.Range(0, 2 * Plane).Select(i => (byte)(i % 2 == 0 ? 90 : 150))]; // one channel, mean 120
        new ColourJitter(None with { Contrast = 0.5 }, seed: 3).Apply(new(7, 1), pixels);
        Assert.NotEqual(90, pixels[0]);
        Assert.Equal(240, pixels[0] + pixels[1], 1.0);
    }

    private static byte[] Picture() => [.. Enumerable.Range(0, 3 * Plane).Select(i => (byte)(i * 37 % 256))];

    private static byte[] Jittered(ColourJitterRecipe recipe, int epoch)
    {
        byte[] pixels = Picture();
        new ColourJitter(recipe, seed: 1).Apply(new SampleKey(7, epoch), pixels);
        return pixels;
    }
}
