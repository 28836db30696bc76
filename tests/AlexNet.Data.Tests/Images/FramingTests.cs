using AlexNet.Data.Images.Frames;
using AlexNet.Data.Samples;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Tests.Images;

public class FramingTests
{
    /// <summary>As torchvision's Resize and CenterCrop have it, and the paper's square of 256 in the middle.</summary>
    [Theory]
    [InlineData(500, 375, false, 341, 256, 58, 16)]
    [InlineData(375, 500, false, 256, 341, 16, 58)]
    [InlineData(500, 333, false, 384, 256, 80, 16)]
    [InlineData(257, 256, false, 257, 256, 16, 16)]
    [InlineData(500, 375, true, 341, 256, 42 + 16, 16)]
    [InlineData(1, 60_000, false, 256, 15_360_000, 16, 7_679_888)]
    public void Of_ShortestSide_KeepsProportionsAndCutsTheMiddle(
        int width,
        int height,
        bool square,
        int across,
        int down,
        int left,
        int top
    )
    {
        var framing = new Framing(Reading.Recipe(crop: 224, new ShortestSideResize { Size = 256, Square = square }), seed: 0);
        var frame = framing.Of(width, height, SampleKey.Evaluation(7));
        Assert.Equal(new(across, left, 224, false), frame.Across);
        Assert.Equal(new(down, top, 224, false), frame.Down);
    }

    /// <summary>
    /// Corners and middle of the square in the middle of 341x256 pixels, which begins at column 42; from 6 on the same mirrored.
    /// </summary>
    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 32, 0)]
    [InlineData(3, 0, 32)]
    [InlineData(4, 32, 32)]
    [InlineData(5, 16, 16)]
    public void Of_TenViews_CutsCornersAndMiddleOfTheSquare(int view, int left, int top)
    {
        var framing = new Framing(Reading.Recipe(crop: 224, new ShortestSideResize { Size = 256, Square = true }), seed: 0);
        var (frame, mirrored) = (framing.Of(500, 375, new(7, 0, view)), framing.Of(500, 375, new(7, 0, view + 5)));
        Assert.Equal(new(new(341, 42 + left, 224, false), new(256, top, 224, false)), frame);
        Assert.Equal(new(frame.Across with { Mirrored = true }, frame.Down), mirrored);
    }

    [Fact]
    public void Of_TenViewsOfTheWholePicture_ReachItsCorners()
    {
        var framing = new Framing(Reading.Recipe(crop: 224, new ShortestSideResize { Size = 256 }), seed: 0);
        Assert.Equal((117, 32), (framing.Of(500, 375, new(7, 0, 4)).Across.Start, framing.Of(500, 375, new(7, 0, 4)).Down.Start));
        Assert.Equal(framing.Of(500, 375, new(7, 0)), framing.Of(500, 375, new(7, 0, 5)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    public void Of_UnknownView_Throws(int view) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Framing(Reading.Recipe(), seed: 0).Of(500, 375, new(7, 0, view)));

    [Fact]
    public void Of_Whole_TakesTheSizeOfTheNetOrTheGivenOne()
    {
        Assert.Equal(new(224, 0, 224, false), Frame(new WholeResize()).Across);
        Assert.Equal(new(256, 16, 224, false), Frame(new WholeResize { Width = 256 }).Across);
        Assert.Equal(new(224, 0, 224, false), Frame(new WholeResize { Width = 256 }).Down);

        static Frame Frame(ResizeRecipe resize) => new Framing(Reading.Recipe(crop: 224, resize), seed: 0).Of(500, 375, default);
    }

    /// <summary>The offsets 0 to 32 of the paper, each about as often, and half of the pictures mirrored.</summary>
    [Fact]
    public void Of_Training_DrawsEveryOffsetAndBothSides()
    {
        var recipe = Reading.Recipe(
            crop: 224,
            new ShortestSideResize { Size = 256, Square = true },
            new() { RandomCrop = true, HorizontalFlip = true }
        );
        var framing = new Framing(recipe, seed: 0);
        var frames = Enumerable.Range(0, 33_000).Select(i => framing.Of(256, 256, new(i, Epoch: 1))).ToList();
        Assert.Equal(33, frames.Select(f => f.Across.Start).Distinct().Count());
        Assert.All(frames.CountBy(f => f.Across.Start), c => Assert.InRange(c.Value, 840, 1160)); // 1000, five standard deviations
        Assert.All(frames.CountBy(f => f.Down.Start), c => Assert.InRange(c.Value, 840, 1160));
        Assert.InRange(frames.Count(f => f.Across.Mirrored), 16_000, 17_000);
        Assert.DoesNotContain(frames, f => f.Down.Mirrored);
    }

    [Fact]
    public void Of_OtherSeedEpochOrSample_IsDrawnAnew()
    {
        var recipe = Reading.Recipe(crop: 224, new ShortestSideResize { Size = 1024 }, new() { RandomCrop = true });
        var frames =
            from seed in new[] { 1, 2 }
            from index in new[] { 0, 1 }
            from epoch in new[] { 1, 2 }
            select new Framing(recipe, seed).Of(500, 500, new(index, epoch));
        Assert.Equal(8, frames.Distinct().Count());
        Assert.Equal(new Framing(recipe, 1).Of(500, 500, new(5, 9)), new Framing(recipe, 1).Of(500, 500, new(5, 9)));
    }

    /// <summary>
    /// The part lies within the picture, has an area and proportions within the recipe's, and follows from the key alone.
    /// </summary>
    [Fact]
    public void Of_ResizedCrop_CutsPartsOfTheAreasAndProportionsAskedFor()
    {
        var crop = new ResizedCropRecipe { LeastArea = 0.25, MostAspect = 2 };
        var framing = new Framing(Reading.Recipe(crop: 64, augmentation: new() { ResizedCrop = crop }), seed: 0);
        var parts = Enumerable
            .Range(0, 2000)
            .Select(sample =>
            {
                var frame = framing.Of(400, 300, new(sample, Epoch: 1));
                Assert.InRange(frame.Across.Start, 0, frame.Across.Resized - 64);
                Assert.InRange(frame.Down.Start, 0, frame.Down.Resized - 64);
                Assert.Equal(frame, framing.Of(400, 300, new(sample, Epoch: 1)));
                return (Wide: 64.0 / frame.Across.Resized * 400, High: 64.0 / frame.Down.Resized * 300);
            })
            .ToList();
        Assert.InRange(parts.Min(p => p.Wide * p.High) / 120_000, 0.2, 0.27);
        Assert.InRange(parts.Max(p => p.Wide * p.High) / 120_000, 0.95, 1);
        Assert.InRange(parts.Max(p => p.Wide / p.High), 1.9, 2.1);
        Assert.InRange(parts.Min(p => p.Wide / p.High), 0.48, 0.53);
        Assert.NotEqual(framing.Of(400, 300, new(5, Epoch: 1)), framing.Of(400, 300, new(5, Epoch: 2)));
    }

    [Fact]
    public void Of_ResizedCrop_IsForTrainingOnly()
    {
        var recipe = Reading.Recipe(crop: 64, augmentation: new() { ResizedCrop = new() });
        Assert.Equal(
            new Framing(Reading.Recipe(crop: 64), seed: 0).Of(400, 300, SampleKey.Evaluation(7)),
            new Framing(recipe, seed: 0).Of(400, 300, SampleKey.Evaluation(7))
        );
    }
}
