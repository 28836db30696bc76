using AlexNet.Data.Images;
using AlexNet.Data.Samples;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Tests.Images;

public class PixelImagesTests
{
    [Theory]
    [InlineData(1, 28, 28, 224, 224)]
    [InlineData(3, 32, 32, 224, 224)]
    [InlineData(3, 32, 32, 20, 50)]
    [InlineData(1, 9, 7, 7, 9)]
    public void Read_OtherSize_IsAnAntialiasedBilinearResize(int channels, int height, int width, int toHeight, int toWidth)
    {
        var (stored, recipe) = (new MapShape(channels, height, width), Recipe(channels, toHeight, toWidth));
        byte[] picture = Picture(stored, 0);
        byte[] expected = Enumerable
            .Range(0, channels)
            .SelectMany(c => Reference(picture[(c * height * width)..], height, width, toHeight, toWidth))
            .ToArray();
        Assert.InRange(Reading.LargestDifference(expected, TestData.Image(Images(stored, recipe), 0)), 0, 1);
    }

    [Fact]
    public void Read_SameSizeAndNothingDrawn_IsTheStoredPicture()
    {
        var stored = new MapShape(3, 32, 32);
        var images = Images(stored, Recipe(3, 32, 32));
        Assert.Equal(Picture(stored, 1), Read(images, new(1, Epoch: 4)));
        Assert.Equal(Picture(stored, 1), TestData.Image(images, 1));
    }

    [Fact]
    public void Read_SeventhView_IsTheMirroredPicture()
    {
        var stored = new MapShape(1, 5, 4);
        var mirrored = Picture(stored, 1).Chunk(4).SelectMany(row => row.Reverse());
        Assert.Equal(mirrored, Read(Images(stored, Recipe(1, 5, 4)), SampleKey.Evaluation(1, view: 7)));
    }

    [Fact]
    public void Read_RandomCropAndFlip_GivesPartsOfTheStoredPicture()
    {
        var stored = new MapShape(1, 8, 8);
        var recipe = Recipe(1, 6, 6) with
        {
            Resize = new WholeResize { Height = 8, Width = 8 },
            Augmentation = new() { RandomCrop = true, HorizontalFlip = true },
        };
        var images = Images(stored, recipe);
        byte[] picture = Picture(stored, 0);
        var parts = (
            from top in Enumerable.Range(0, 3)
            from left in Enumerable.Range(0, 3)
            from mirrored in new[] { false, true }
            select Part(top, left, mirrored)
        ).ToHashSet();
        var seen = Enumerable.Range(1, 300).Select(epoch => Convert.ToHexString(Read(images, new(0, epoch)))).ToHashSet();
        Assert.Equal(18, parts.Count);
        Assert.True(parts.SetEquals(seen));
        Assert.Equal(Part(1, 1, false), Convert.ToHexString(TestData.Image(images, 0)));

        string Part(int top, int left, bool mirrored) =>
            Convert.ToHexString([
                .. Enumerable
                    .Range(top, 6)
                    .SelectMany(y => mirrored ? picture.Skip(8 * y + left).Take(6).Reverse() : picture.Skip(8 * y + left).Take(6)),
            ]);
    }

    /// <summary>The weights of ITU-R BT.601 that image files get too, and three equal colours.</summary>
    [Fact]
    public void Read_OtherNumberOfChannels_MakesGreyOrColours()
    {
        byte[] red = [255, 255, 0, 0, 0, 0];
        Assert.Equal([76, 76], TestData.Image(new PixelImages(new(3, 1, 2), Recipe(1, 1, 2), new(Recipe(1, 1, 2), seed: 0), red, [0]), 0));
        Assert.Equal(
            [9, 8, 9, 8, 9, 8],
            TestData.Image(new PixelImages(new(1, 1, 2), Recipe(3, 1, 2), new(Recipe(3, 1, 2), seed: 0), [9, 8], [0]), 0)
        );
    }

    private static DataRecipe Recipe(int channels, int height, int width) =>
        new()
        {
            Kind = DataKind.Idx,
            Classes = 2,
            Channels = channels,
            Height = height,
            Width = width,
        };

    private static PixelImages Images(MapShape stored, DataRecipe recipe) =>
        new(stored, recipe, new ImageReader(recipe, seed: 3), [.. Picture(stored, 0), .. Picture(stored, 1)], [0, 1]);

    private static byte[] Picture(MapShape shape, int index) =>
        [.. Enumerable.Range(0, shape.Elements).Select(i => (byte)(i * 37 + i * i / 5 + index * 11))];

    private static byte[] Read(IImageSet images, SampleKey sample)
    {
        byte[] pixels = new byte[images.Shape.Elements];
        images.Read(sample, pixels);
        return pixels;
    }

    /// <summary>
    /// The definition, in floating point: every output pixel is the mean of the source under a triangle, as wide as a source or an output
    /// pixel.
    /// </summary>
    private static IEnumerable<byte> Reference(byte[] plane, int height, int width, int toHeight, int toWidth)
    {
        var allRows = Enumerable.Range(0, toHeight).Select(y => Weights(y, height, toHeight)).ToList();
        var allColumns = Enumerable.Range(0, toWidth).Select(x => Weights(x, width, toWidth)).ToList();
        foreach (var rows in allRows)
        {
            foreach (var columns in allColumns)
            {
                double sum = 0;
                foreach (var r in rows)
                {
                    foreach (var c in columns)
                        sum += r.Weight * c.Weight * plane[r.Place * width + c.Place];
                }

                yield return (byte)Math.Round(sum);
            }
        }
    }

    private static List<(int Place, double Weight)> Weights(int output, int from, int to)
    {
        double ratio = (double)from / to,
            support = Math.Max(1, ratio),
            centre = (output + 0.5) * ratio - 0.5;
        var weights = Enumerable
            .Range(0, from)
            .Select(i => (Place: i, Weight: Math.Max(0, 1 - Math.Abs(i - centre) / support)))
            .Where(w => w.Weight > 0)
            .ToList();
        double all = weights.Sum(w => w.Weight);
        return [.. weights.Select(w => (w.Place, w.Weight / all))];
    }
}
