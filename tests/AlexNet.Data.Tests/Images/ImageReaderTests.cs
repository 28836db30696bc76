using AlexNet.Data.Images;
using AlexNet.Data.Images.Decoding;
using AlexNet.Data.Samples;
using AlexNet.Recipes.Pictures;
using AlexNet.Testing;

namespace AlexNet.Data.Tests.Images;

public class ImageReaderTests
{
    public static TheoryData<string> Fixtures => [.. Fixture.Names];

    /// <summary>
    /// Decoding is exact; the rest are roundings: our weights have 14 fractional bits and Pillow's 22, and where a picture is turned by 90
    /// degrees the two round between the passes in another order.
    /// </summary>
    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Read_EveryFormat_IsWhatPillowMakesOfIt(string name)
    {
        byte[] expected = Fixture.Expected(name);
        foreach (var decoder in Enum.GetValues<JpegDecoder>())
        {
            byte[] pixels = Reading.Read(Fixture.PathOf(name), decoder: decoder);
            Assert.InRange(Reading.MeanDifference(expected, pixels), 0, 0.25);
            Assert.InRange(Reading.LargestDifference(expected, pixels), 0, 1);
        }
    }

    [Fact]
    public void Read_AnotherName_GoesByContent()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Fixture.PathOf("colour.png"), folder["picture.jpg"]);
        Assert.Equal(Reading.Read(Fixture.PathOf("colour.png")), Reading.Read(folder["picture.jpg"]));
    }

    [Fact]
    public void Read_OneChannel_IsLuma()
    {
        byte[] colours = Reading.Read(Fixture.PathOf("colour.jpg")),
            grey = Reading.Read(Fixture.PathOf("colour.jpg"), Reading.Recipe(channels: 1));
        var expected = Enumerable
            .Range(0, grey.Length)
            .Select(i => (byte)Math.Round(0.299 * colours[i] + 0.587 * colours[grey.Length + i] + 0.114 * colours[2 * grey.Length + i]));
        Assert.InRange(Reading.LargestDifference([.. expected], grey), 0, 1);
        Assert.Equal(
            Reading.Read(Fixture.PathOf("grey.png"))[..grey.Length],
            Reading.Read(Fixture.PathOf("grey.png"), Reading.Recipe(channels: 1))
        );
    }

    /// <summary>Left out columns and rows are decoded as if they were not, in files with and without colours of half the size.</summary>
    [Theory]
    [InlineData("colour.jpg")]
    [InlineData("subsampled.jpg")]
    [InlineData("half-subsampled.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("exif-6.jpg")]
    public void Read_Crop_IsThatPartOfTheWhole(string name)
    {
        byte[] whole = Reading.Read(
            Fixture.PathOf(name),
            Reading.Recipe(crop: 64, new WholeResize { Height = 64, Width = 64 }),
            decoder: JpegDecoder.Skia
        );
        foreach (int crop in new[] { 1, 7, 16, 33, 50, 63 })
        {
            byte[] part = Reading.Read(
                Fixture.PathOf(name),
                Reading.Recipe(crop, new WholeResize { Height = 64, Width = 64 }),
                decoder: JpegDecoder.Skia
            );
            Assert.Equal(
                Cut(
                    whole,
                    64,
                    (int)Math.Round((64 - crop) / 2.0),
                    (int)Math.Round((64 - crop) / 2.0),
                    crop,
                    mirrored: false,
                    upsideDown: false
                ),
                part
            );
        }
    }

    /// <summary>Every random version is a part of the whole, mirrored or not, and which part it is follows from the key alone.</summary>
    [Theory]
    [InlineData("colour.jpg")]
    [InlineData("exif-7.jpg")]
    [InlineData("alpha.png")]
    public void Read_Augmented_IsAMirroredPartOfTheWhole(string name)
    {
        const int size = 40,
            crop = 36;
        var resize = new WholeResize { Height = size, Width = size };
        byte[] whole = Reading.Read(Fixture.PathOf(name), Reading.Recipe(size, resize));
        var recipe = Reading.Recipe(
            crop,
            resize,
            new()
            {
                RandomCrop = true,
                HorizontalFlip = true,
                VerticalFlip = true,
            }
        );
        var seen = new HashSet<(int, int, bool, bool)>();
        for (int epoch = 1; epoch <= 60; epoch++)
            seen.Add(Find(whole, size, Reading.Read(Fixture.PathOf(name), recipe, new(Index: 3, epoch)), crop));
        Assert.InRange(seen.Count, 30, 60); // of 100 places and flips, as many as sixty draws are expected to meet
        Assert.Equal(Cut(whole, size, 2, 2, crop, false, false), Reading.Read(Fixture.PathOf(name), recipe, SampleKey.Evaluation(3)));
    }

    [Fact]
    public void Read_SameKey_IsTheSameWhateverWasReadBefore()
    {
        var recipe = Reading.Recipe(augmentation: new() { RandomCrop = true, HorizontalFlip = true });
        var (one, other) = (new ImageReader(recipe, seed: 5), new ImageReader(recipe, seed: 5));
        string[] paths = [.. Fixture.Names.Select(Fixture.PathOf)];
        var forward = paths.Select((p, i) => Version(one, p, i)).ToList();
        var backward = paths.Select((p, i) => (p, i)).Reverse().Select(x => Version(other, x.p, x.i)).Reverse();
        Assert.Equal(forward, backward);

        byte[] Version(ImageReader reader, string path, int index)
        {
            byte[] pixels = new byte[3 * Fixture.Crop * Fixture.Crop];
            reader.Read(path, new(index, Epoch: 2), pixels);
            return pixels;
        }
    }

    [Fact]
    public void Read_FromManyThreads_GivesEachItsOwn()
    {
        var reader = new ImageReader(Reading.Recipe(), seed: 0);
        string[] names = [.. Fixture.Names];
        var expected = names.ToDictionary(n => n, n => Reading.Read(Fixture.PathOf(n)));
        Parallel.For(0, 40 * names.Length, new() { MaxDegreeOfParallelism = 8 }, i =>
        {
            byte[] pixels = new byte[3 * Fixture.Crop * Fixture.Crop];
            reader.Read(Fixture.PathOf(names[i % names.Length]), default, pixels);
            Assert.Equal(expected[names[i % names.Length]], pixels);
        });
    }

    [Fact]
    public void Read_InTheSteadyState_AllocatesNothingLarge()
    {
        var reader = new ImageReader(Reading.Recipe(), seed: 0);
        byte[] pixels = new byte[3 * Fixture.Crop * Fixture.Crop];
        string path = Fixture.PathOf("colour.jpg");
        for (int i = 0; i < 100; i++)
            reader.Read(path, default, pixels);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            reader.Read(path, default, pixels);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 4096);
    }

    private static byte[] Cut(byte[] whole, int size, int top, int left, int crop, bool mirrored, bool upsideDown)
    {
        byte[] part = new byte[3 * crop * crop];
        for (int i = 0; i < part.Length; i++)
        {
            int plane = i / (crop * crop),
                y = i / crop % crop,
                x = i % crop;
            part[i] = whole[(plane * size + top + (upsideDown ? crop - 1 - y : y)) * size + left + (mirrored ? crop - 1 - x : x)];
        }
        return part;
    }

    private static (int Top, int Left, bool Mirrored, bool UpsideDown) Find(byte[] whole, int size, byte[] part, int crop)
    {
        var places =
            from top in Enumerable.Range(0, size - crop + 1)
            from left in Enumerable.Range(0, size - crop + 1)
            from mirrored in new[] { false, true }
            from upsideDown in new[] { false, true }
            where Cut(whole, size, top, left, crop, mirrored, upsideDown).AsSpan().SequenceEqual(part)
            select (top, left, mirrored, upsideDown);
        return Assert.Single(places);
    }
}
