using AlexNet.Data.Images.Augmenting;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Tests.Images;

public class ErasingTests
{
    private const int Side = 40,
        Samples = 2000;

    [Fact]
    public void Apply_ManySamples_ErasesTheShareOfThemAndAreasWithinTheRange()
    {
        var recipe = new ErasingRecipe
        {
            Share = 0.25,
            LeastArea = 0.05,
            MostArea = 0.3,
        };
        var areas = Enumerable.Range(0, Samples).Select(sample => ErasedShare(recipe, sample, epoch: 1)).Where(a => a > 0).ToList();
        Assert.InRange((double)areas.Count / Samples, 0.22, 0.28);
        Assert.InRange(areas.Min(), 0.03, 0.07); // sides are whole pixels
        Assert.InRange(areas.Max(), 0.27, 0.32);
    }

    [Fact]
    public void Apply_SameKey_IsTheSame_AndAnotherEpochIsNot()
    {
        var recipe = new ErasingRecipe { Share = 1 };
        Assert.Equal(Erased(recipe, 3, epoch: 1), Erased(recipe, 3, epoch: 1));
        Assert.NotEqual(Erased(recipe, 3, epoch: 1), Erased(recipe, 3, epoch: 2));
    }

    /// <summary>With the mean, which is 0 once it is normalised.</summary>
    [Fact]
    public void Apply_FillsWithTheMean() => Assert.Equal([(byte)128, (byte)255], Erased(new() { Share = 1 }, 3, 1).Distinct().Order());

    private static double ErasedShare(ErasingRecipe recipe, int sample, int epoch) =>
        Erased(recipe, sample, epoch).Count(p => p != 255) / (3.0 * Side * Side);

    private static byte[] Erased(ErasingRecipe recipe, int sample, int epoch)
    {
        byte[] pixels = new byte[3 * Side * Side];
        Array.Fill(pixels, (byte)255);
        new Erasing(Reading.Recipe(crop: Side, augmentation: new() { Erasing = recipe }), seed: 1).Apply(new(sample, epoch), pixels);
        return pixels;
    }
}
