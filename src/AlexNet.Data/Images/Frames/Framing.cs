using AlexNet.Data.Samples;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Randomness;

namespace AlexNet.Data.Images.Frames;

/// <summary>The recipe's resize and augmentation: a pure function from a picture's size and a sample's key to its frame (law 1).</summary>
internal sealed class Framing(DataRecipe data, long seed)
{
    private const int LeftDraw = 0,
        TopDraw = 1,
        HorizontalDraw = 2,
        VerticalDraw = 3,
        AreaDraw = 4,
        AspectDraw = 5;

    private readonly RandomStream _random = new(seed, "augmentation");

    /// <param name="width">The width of the upright picture, in pixels.</param>
    /// <param name="height">The height of the upright picture, in pixels.</param>
    /// <param name="sample">The image, and its epoch or its view.</param>
    public Frame Of(int width, int height, SampleKey sample)
    {
        var draws = _random.At(sample.Epoch, sample.Index);
        if (sample.Epoch > 0 && data.Augmentation.ResizedCrop is { } crop)
        {
            var (part, other) = PartOf(crop, width, height, draws);
            return Drawn(Whole(width, part, data.Width), Whole(height, other, data.Height), isAnywhere: true, draws);
        }
        var (resizedWidth, resizedHeight) = Resized(width, height);
        var (across, down) = (Room(resizedWidth, data.Width), Room(resizedHeight, data.Height));
        return sample.Epoch > 0 ? Drawn(across, down, data.Augmentation.RandomCrop, draws) : Seen(across, down, sample.View);
    }

    /// <summary>
    /// Width and height of a part of random area and proportions, in pixels of the picture; where the picture has not so long a side, the
    /// part has the picture's.
    /// </summary>
    private static (double Width, double Height) PartOf(ResizedCropRecipe crop, int width, int height, RandomStream draws)
    {
        double area = (crop.LeastArea + draws.Uniform(AreaDraw) * (1 - crop.LeastArea)) * width * height,
            aspect = Aspect.Of(draws.Uniform(AspectDraw), crop.MostAspect);
        return (Math.Min(width, Math.Sqrt(area * aspect)), Math.Min(height, Math.Sqrt(area / aspect)));
    }

    /// <summary>A side of the picture, all of it usable, of which a part becomes so long.</summary>
    private static FrameRoom Whole(int side, double part, int length)
    {
        int resized = Math.Max(length, (int)Math.Round(side * (length / part)));
        return new(resized, resized, length);
    }

    private (int Width, int Height) Resized(int width, int height) =>
        data.Resize switch
        {
            WholeResize whole => (whole.Width ?? data.Width, whole.Height ?? data.Height),
            ShortestSideResize { Size: var size } when width <= height => (size, (int)((long)size * height / width)),
            ShortestSideResize { Size: var size } => ((int)((long)size * width / height), size),
            var other => throw new NotSupportedException($"resize '{other}' is not known here."),
        };

    private FrameRoom Room(int resized, int length) =>
        new(resized, data.Resize is ShortestSideResize { Square: true, Size: var size } ? size : resized, length);

    /// <summary>As training sees it.</summary>
    private Frame Drawn(FrameRoom across, FrameRoom down, bool isAnywhere, RandomStream draws)
    {
        var augmentation = data.Augmentation;
        return new(
            across.Cut(Offset(across, LeftDraw), augmentation.HorizontalFlip && draws.Integer(HorizontalDraw, 2) == 1),
            down.Cut(Offset(down, TopDraw), augmentation.VerticalFlip && draws.Integer(VerticalDraw, 2) == 1)
        );

        int Offset(FrameRoom room, int draw) => isAnywhere ? draws.Integer(draw, room.Slack + 1) : room.Middle;
    }

    /// <summary>As evaluation sees it.</summary>
    private static Frame Seen(FrameRoom across, FrameRoom down, int view)
    {
        var (left, top, mirrored) = TenViews.Of(view, (across.Slack, across.Middle), (down.Slack, down.Middle));
        return new(across.Cut(left, mirrored), down.Cut(top, mirrored: false));
    }
}
