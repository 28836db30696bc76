using AlexNet.Recipes.Augmentation;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Recipes.Tests.Augmentation;

public class ColourNoiseTests
{
    private const int Samples = 200_000;

    /// <summary>Of 200,000 draws every mean and covariance, against what the axes say, within five standard errors.</summary>
    [Fact]
    public void Offsets_OfManySamples_HaveTheCovarianceOfTheAxes()
    {
        var recipe = new ColourNoiseRecipe();
        float[] offsets = new ColourNoise(recipe, seed: 5).Offsets(epoch: 1, [.. Enumerable.Range(0, Samples)]) ?? [];
        for (int a = 0; a < 3; a++)
        {
            double sigma = Math.Sqrt(Covariance(recipe, a, a));
            Assert.InRange(Enumerable.Range(0, Samples).Average(i => offsets[3 * i + a]) / (sigma / Math.Sqrt(Samples)), -5, 5);
            for (int b = 0; b < 3; b++)
            {
                double found = Enumerable.Range(0, Samples).Average(i => (double)offsets[3 * i + a] * offsets[3 * i + b]);
                double error = Math.Sqrt(
                    (Covariance(recipe, a, a) * Covariance(recipe, b, b) + Math.Pow(Covariance(recipe, a, b), 2)) / Samples
                );
                Assert.InRange((found - Covariance(recipe, a, b)) / error, -5, 5);
            }
        }
        Assert.Equal(7.4, Math.Sqrt(Covariance(recipe, 0, 0)), tolerance: 0.1); // of red, in 0..255 units: what the paper's constants make
    }

    /// <summary>One axis alone: every offset is a multiple of it.</summary>
    [Fact]
    public void Offsets_OfOneAxis_LieAlongIt()
    {
        var recipe = new ColourNoiseRecipe
        {
            Strength = 1,
            Deviations = [0, 2, 0],
            Axes =
            [
                [1, 0, 0],
                [0.6, 0, -0.8],
                [0, 1, 0],
            ],
        };
        float[] offsets = new ColourNoise(recipe, seed: 5).Offsets(epoch: 3, [1, 2, 900]) ?? [];
        foreach (float[] colours in offsets.Chunk(3))
        {
            Assert.Equal(0, colours[1]);
            Assert.Equal(colours[0] / 0.6f, colours[2] / -0.8f, tolerance: 1e-5);
        }
        Assert.Equal(3, offsets.Chunk(3).Select(c => c[0]).Distinct().Count());
    }

    /// <summary>Law 1: a sample's colours are the same wherever it is drawn, and others in every epoch and of every seed.</summary>
    [Fact]
    public void Offsets_OfASample_FollowFromSeedEpochAndIndexAlone()
    {
        var noise = new ColourNoise(new(), seed: 5);
        Assert.Equal(noise.Offsets(1, [3, 1, 4])?[6..], noise.Offsets(1, [4]));
        Assert.NotEqual(noise.Offsets(1, [4]), noise.Offsets(2, [4]));
        Assert.NotEqual(noise.Offsets(1, [4]), noise.Offsets(1, [5]));
        Assert.NotEqual(noise.Offsets(1, [4]), new ColourNoise(new(), seed: 6).Offsets(1, [4]));
    }

    [Fact]
    public void Offsets_AfterTheLastEpochOrInAnEvaluation_AreNone()
    {
        var noise = new ColourNoise(new() { UntilEpoch = 66 }, seed: 5);
        Assert.NotNull(noise.Offsets(66, [0]));
        Assert.Null(noise.Offsets(67, [0]));
        Assert.Null(noise.Offsets(0, [0]));
        Assert.Null(new ColourNoise(null, seed: 5).Offsets(1, [0]));
    }

    private static double Covariance(ColourNoiseRecipe recipe, int a, int b) =>
        Enumerable
            .Range(0, 3)
            .Sum(axis => Math.Pow(recipe.Strength * recipe.Deviations[axis], 2) * recipe.Axes[axis][a] * recipe.Axes[axis][b]);
}
