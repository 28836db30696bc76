using AlexNet.Data.Loading;
using AlexNet.Data.Mixing;
using AlexNet.Data.Samples;
using AlexNet.Data.Tests.Images;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;

namespace AlexNet.Data.Tests.Loading;

public class SampleMixingTests
{
    private const int Images = 500,
        Side = 16;

    private static readonly AugmentationRecipe Both = new()
    {
        Mixup = new() { Share = 0.3, Strength = 0.4 },
        Cutmix = new() { Share = 0.5, UntilEpoch = 3 },
    };

    [Fact]
    public void Of_ManySamples_MixesTheSharesOfTheRecipe()
    {
        var mixes = Enumerable.Range(0, Images).Select(i => Mixing(Both).Of(new(i, Epoch: 1))).ToList();
        Assert.InRange(mixes.Count(m => m.Box is not null) / (double)Images, 0.43, 0.57);
        Assert.InRange(mixes.Count(m => m is { Box: null, IsNone: false }) / (double)Images, 0.24, 0.36);
        Assert.InRange(mixes.Where(m => !m.IsNone).Select(m => m.Partner).Distinct().Count(), 200, Images);
    }

    [Fact]
    public void Of_AfterItsLastEpoch_IsNotMixedSo() =>
        Assert.All(Enumerable.Range(0, Images), i => Assert.Null(Mixing(Both).Of(new(i, Epoch: 4)).Box));

    [Fact]
    public void Of_Evaluation_IsNotMixed() =>
        Assert.All(Enumerable.Range(0, Images), i => Assert.True(Mixing(Both).Of(SampleKey.Evaluation(i)).IsNone));

    [Fact]
    public void Of_DrawnPictures_MixesNothing()
    {
        var data = Reading.Recipe(augmentation: Both);
        var recipe = new Recipe
        {
            Name = "test",
            Data = data,
            Net = new() { Towers = 1, Layers = [] },
            Optimizer = new AdamRecipe { Rate = 1 },
            Training = new() { Batch = 1, Epochs = 1 },
        };
        Assert.NotNull(SampleMixing.Of(recipe, new PlainImages()));
        Assert.Null(SampleMixing.Of(recipe with { Data = data with { Kind = DataKind.Generated } }, new PlainImages()));
    }

    /// <summary>Half is the mean of Beta(s, s), and 1 / (4 (2 s + 1)) its variance.</summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(3)]
    public void Of_Shares_AreBetaDistributed(double strength)
    {
        var recipe = new AugmentationRecipe
        {
            Mixup = new() { Share = 1, Strength = strength },
        };
        var shares = Enumerable.Range(0, 4000).Select(i => Mixing(recipe).Of(new(i, Epoch: 1)).Parts / (double)Mix.Whole).ToList();
        double mean = shares.Average(),
            variance = shares.Average(s => (s - mean) * (s - mean));
        Assert.Equal(0.5, mean, 0.02);
        Assert.Equal(1 / (4 * (2 * strength + 1)), variance, 0.01);
    }

    [Fact]
    public void Apply_Mixup_IsTheWeighedMeanOfBytes()
    {
        byte[] pixels = [0, 255, 100],
            other = [255, 0, 101];
        Mixing(Both).Apply(new Mix(1, Mix.Whole / 4, null), pixels, other);
        Assert.Equal([191, 64, 101], pixels); // a quarter of the first
    }

    /// <summary>The label's share is that of the pixels which are the first image's.</summary>
    [Fact]
    public void Apply_Cutmix_ReplacesAsManyPixelsAsTheLabelLoses()
    {
        var mixing = Mixing(new() { Cutmix = new() { Share = 1 } });
        for (int i = 0; i < 50; i++)
        {
            byte[] pixels = new byte[Side * Side],
                other = new byte[Side * Side];
            Array.Fill(other, (byte)1);
            var mix = mixing.Of(new(i, Epoch: 1));
            mixing.Apply(mix, pixels, other);
            Assert.Equal((double)mix.Parts / Mix.Whole, 1 - pixels.Average(p => p), 0.5 / Mix.Whole);
        }
    }

    /// <summary>Law 1: however many threads read, and whichever part of the batch is decoded, a sample is the same.</summary>
    [Fact]
    public void Read_PartsOfABatch_AreThePartsOfTheWhole()
    {
        int[] indices = [.. Enumerable.Range(100, 20)];
        using var whole = Read(indices, new(0, 20), threads: 1);
        using var part = Read(indices, new(7, 6), threads: 3);
        Assert.Equal(whole.Labels, part.Labels);
        Assert.Equal(whole.Mixed?.Others, part.Mixed?.Others);
        Assert.Equal(whole.Mixed?.Shares, part.Mixed?.Shares);
        Assert.Equal(whole.Pixels.Slice(7 * Side * Side, 6 * Side * Side).ToArray(), part.Pixels.ToArray());
        Assert.Contains(whole.Mixed?.Shares ?? [], share => share is > 0 and < 1);
    }

    private static Batch Read(int[] indices, Extent decoded, int threads)
    {
        var plan = new BatchPlan(Step: 3, Epoch: 2, GlobalCount: indices.Length, indices, decoded);
        using var loader = new PrefetchingLoader(new PlainImages(), [plan], threads: threads, mixing: Mixing(Both));
        return loader.Next(TestContext.Current.CancellationToken);
    }

    private static SampleMixing Mixing(AugmentationRecipe recipe) => new(recipe, seed: 5, new PlainImages());

    /// <summary>Every pixel is the image's number.</summary>
    private sealed class PlainImages : IImageSet
    {
        public int Count => Images;

        public MapShape Shape => new(1, Side, Side);

        public int Classes => 10;

        public int LabelOf(int index) => index % Classes;

        public void Read(SampleKey sample, Span<byte> pixels) => pixels.Fill((byte)sample.Index);
    }
}
