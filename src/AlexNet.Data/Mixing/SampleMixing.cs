using AlexNet.Data.Images.Augmenting;
using AlexNet.Data.Samples;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Randomness;

namespace AlexNet.Data.Mixing;

/// <summary>
/// Mixes images of a set: with which other, how, and to what share is a pure function of (seed, epoch, sample) (law 1). The other is drawn
/// from the whole set and seen as its own epoch shows it, so that a mixed sample is the same in every layout and batch.
/// </summary>
/// <param name="augmentation">How many samples are mixed, and how.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="images">Whose samples are mixed.</param>
public sealed class SampleMixing(AugmentationRecipe augmentation, long seed, IImageSet images)
{
    private const int KindDraw = 0,
        PartnerDraw = 1,
        LeftDraw = 2,
        TopDraw = 3,
        ShareDraws = 4; // from here on two for each attempt

    private readonly RandomStream _random = new(seed, "mixing");

    /// <summary>For the training of a recipe; null where it mixes nothing, as with drawn pictures, which nothing changes.</summary>
    public static SampleMixing? Of(Recipe recipe, IImageSet train) =>
        recipe.Data is { Kind: DataKind.Generated } or { Augmentation: { Mixup: null, Cutmix: null } }
            ? null
            : new(recipe.Data.Augmentation, recipe.Seed, train);

    /// <summary>What a sample of training is mixed of; evaluation sees every image by itself.</summary>
    internal Mix Of(SampleKey sample)
    {
        var draws = _random.At(sample.Epoch, sample.Index);
        double kind = draws.Uniform(KindDraw);
        var (cutmix, mixup) = (InForce(augmentation.Cutmix, sample.Epoch), InForce(augmentation.Mixup, sample.Epoch));
        if (cutmix is not null && kind < cutmix.Share)
            return Cut(cutmix, draws);
        return mixup is not null && kind < mixup.Share + (cutmix?.Share ?? 0)
            ? new(Partner(draws), BetaDraw.Parts(mixup.Strength, draws, ShareDraws, Mix.Whole), null)
            : Mix.None;
    }

    /// <summary>Mixes the other image into the pixels of the first.</summary>
    /// <param name="mix">What is mixed.</param>
    /// <param name="pixels">The first image: channels x height x width; the result.</param>
    /// <param name="other">The other image.</param>
    internal void Apply(Mix mix, Span<byte> pixels, ReadOnlySpan<byte> other)
    {
        if (mix.Box is { } box)
        {
            var (channels, height, width) = (images.Shape.Channels, images.Shape.Height, images.Shape.Width);
            for (int channel = 0; channel < channels; channel++)
            {
                for (int row = box.Top; row < box.Top + box.Height; row++)
                {
                    int start = (channel * height + row) * width + box.Left;
                    other.Slice(start, box.Width).CopyTo(pixels[start..]);
                }
            }
            return;
        }

        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)((pixels[i] * mix.Parts + other[i] * (Mix.Whole - mix.Parts) + Mix.Whole / 2) / Mix.Whole);
    }

    private static MixRecipe? InForce(MixRecipe? mix, int epoch) => epoch == 0 || epoch > mix?.UntilEpoch ? null : mix;

    private int Partner(RandomStream draws) => draws.Integer(PartnerDraw, images.Count);

    private Mix Cut(MixRecipe recipe, RandomStream draws)
    {
        int parts = BetaDraw.Parts(recipe.Strength, draws, ShareDraws, Mix.Whole);
        var box = PixelBox.Of(
            images.Shape.Width,
            images.Shape.Height,
            1 - (double)parts / Mix.Whole,
            aspect: 1,
            draws.Uniform(LeftDraw),
            draws.Uniform(TopDraw)
        );
        int pixels = images.Shape.Height * images.Shape.Width;
        return new(Partner(draws), (int)(((long)(pixels - box.Area) * Mix.Whole + pixels / 2) / pixels), box);
    }
}
