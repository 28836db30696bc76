using AlexNet.Core.Randomness;
using AlexNet.Core.Recipes;

namespace AlexNet.Data.Images;

/// <summary>The recipe's resize and augmentation: a pure function from a picture's size and a sample's key to its frame (law 1).</summary>
internal sealed class Framing(DataRecipe data, long seed)
{
    private const int LeftDraw = 0, TopDraw = 1, HorizontalDraw = 2, VerticalDraw = 3;

    private readonly RandomStream _random = new(seed, "augmentation");

    /// <param name="width">Of the upright picture, in pixels.</param>
    /// <param name="height">Of the upright picture, in pixels.</param>
    /// <param name="sample">Which image, and in which epoch.</param>
    public Frame Of(int width, int height, SampleKey sample)
    {
        var draws = _random.At(sample.Epoch, sample.Index);
        bool training = sample.Epoch > 0, random = training && data.Augmentation.RandomCrop;
        var (resizedWidth, resizedHeight) = Resized(width, height);
        return new(
            Side(resizedWidth, data.Width, random, draws, LeftDraw, training && data.Augmentation.HorizontalFlip, HorizontalDraw),
            Side(resizedHeight, data.Height, random, draws, TopDraw, training && data.Augmentation.VerticalFlip, VerticalDraw));
    }

    private (int Width, int Height) Resized(int width, int height) => data.Resize switch
    {
        WholeResize whole => (whole.Width ?? data.Width, whole.Height ?? data.Height),
        ShortestSideResize { Size: var size } when width <= height => (size, (int)((long)size * height / width)),
        ShortestSideResize { Size: var size } => ((int)((long)size * width / height), size),
        var other => throw new NotSupportedException($"resize '{other}' is not known here."),
    };

    private FrameSide Side(int resized, int length, bool random, RandomStream draws, int cutDraw, bool flips, int flipDraw)
    {
        // the part that may be used: all of it, or the middle
        int usable = data.Resize is ShortestSideResize { Square: true, Size: var size } ? size : resized;
        int cut = random ? draws.Integer(cutDraw, usable - length + 1) : Middle(usable, length);
        return new(resized, Middle(resized, usable) + cut, length, flips && draws.Integer(flipDraw, 2) == 1);
    }

    /// <summary>As torchvision centres: a half goes to the even side.</summary>
    private static int Middle(int whole, int part) => (int)Math.Round((whole - part) / 2.0);
}
