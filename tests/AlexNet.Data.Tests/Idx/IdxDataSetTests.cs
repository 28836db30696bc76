using AlexNet.Data.Opening;
using AlexNet.Data.Samples;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Tests.Idx;

public class IdxDataSetTests
{
    private static DataSet Open(IdxDirectory directory) => DataSetOpener.Open(RecipeFor(directory));

    private static string ErrorOf(IdxDirectory directory) => TestData.ErrorOf(RecipeFor(directory));

    private static Recipe RecipeFor(IdxDirectory directory) =>
        TestData.Recipe(DataKind.Idx, directory.Path, channels: 1, height: IdxDirectory.Height, width: IdxDirectory.Width);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_GoodFiles_GivesImagesAndLabels(bool packed)
    {
        using var directory = new IdxDirectory(packed);
        var set = Open(directory);
        Assert.Equal((5, 2), (set.Train.Count, set.Test.Count));
        Assert.Equal([6, 7, 8, 9, 10, 11], TestData.Image(set.Train, 1));
        Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(0, 5).Select(set.Train.LabelOf));
        Assert.Equal([9, 8], Enumerable.Range(0, 2).Select(set.Test.LabelOf));
        Assert.Equal("1x3x2", set.Train.Shape.ToString());
    }

    [Fact]
    public void Fingerprint_PackedOrNot_IsTheSame()
    {
        using var plain = new IdxDirectory();
        using var packed = new IdxDirectory(packed: true);
        Assert.Equal(Open(plain).Fingerprint, Open(packed).Fingerprint);
    }

    [Fact]
    public void Fingerprint_OneOtherLabel_Differs()
    {
        using var directory = new IdxDirectory();
        string before = Open(directory).Fingerprint;
        directory.Write(IdxDirectory.TestLabels, IdxDirectory.Labels(9, 7));
        Assert.NotEqual(before, Open(directory).Fingerprint);
    }

    [Fact]
    public void Open_MissingFiles_NamesEachOfThem()
    {
        using var directory = new IdxDirectory();
        File.Delete(directory.FileOf(IdxDirectory.TrainLabels));
        File.Delete(directory.FileOf(IdxDirectory.TestImages));
        Assert.Contains($"has no file '{IdxDirectory.TrainLabels}', '{IdxDirectory.TestImages}';", ErrorOf(directory));
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(false, 20)]
    [InlineData(true, 3)]
    [InlineData(true, 20)]
    public void Open_TruncatedContent_SaysHowMuchIsThere(bool packed, int kept)
    {
        using var directory = new IdxDirectory(packed);
        directory.Write(IdxDirectory.TrainImages, IdxDirectory.Images(5)[..kept]);
        string error = ErrorOf(directory);
        Assert.Contains(directory.FileOf(IdxDirectory.TrainImages), error);
        Assert.Contains(packed || kept < 16 ? $"ends after {kept} bytes" : "cannot hold more than 20 bytes", error);
    }

    [Fact]
    public void Open_WrongMagic_SaysBoth()
    {
        using var directory = new IdxDirectory();
        directory.Write(IdxDirectory.TrainImages, [.. IdxDirectory.Header(0x801, 5), .. new byte[100]]);
        string error = ErrorOf(directory);
        Assert.Contains(directory.FileOf(IdxDirectory.TrainImages), error);
        Assert.Contains("0x00000801", error);
        Assert.Contains("0x00000803", error);
    }

    [Fact]
    public void Open_OtherDimensions_ResizesThePictures()
    {
        using var directory = new IdxDirectory();
        directory.Write(
            IdxDirectory.TestImages,
            [.. IdxDirectory.Header(0x803, 2), 0, 0, 0, 6, 0, 0, 0, 4, .. Enumerable.Repeat((byte)77, 48)]
        );
        var set = Open(directory);
        Assert.Equal("1x3x2", set.Test.Shape.ToString());
        Assert.Equal([77, 77, 77, 77, 77, 77], TestData.Image(set.Test, 1));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(-1, 2)]
    [InlineData(70_000, 2)]
    [InlineData(60_000, 60_000)]
    public void Open_ImpossibleDimensions_NamesTheFileAndBoth(int height, int width)
    {
        using var directory = new IdxDirectory();
        byte[] header = [.. IdxDirectory.Header(0x803, 1), .. IdxDirectory.Header(height, width)];
        directory.Write(IdxDirectory.TestImages, [.. header, .. new byte[100]]);
        string error = ErrorOf(directory);
        Assert.Contains(directory.FileOf(IdxDirectory.TestImages), error);
        Assert.Contains($"promises images of {height}x{width}", error);
    }

    [Fact]
    public void Open_OtherNumberOfLabels_SaysBoth()
    {
        using var directory = new IdxDirectory();
        directory.Write(IdxDirectory.TestLabels, IdxDirectory.Labels(1, 2, 3));
        string error = ErrorOf(directory);
        Assert.Contains("has 2 images", error);
        Assert.Contains("has 3 labels", error);
    }

    [Fact]
    public void Open_NoImages_Refuses()
    {
        using var directory = new IdxDirectory();
        directory.Write(IdxDirectory.TestImages, IdxDirectory.Images(0));
        directory.Write(IdxDirectory.TestLabels, IdxDirectory.Labels());
        Assert.Contains("has 0 images", ErrorOf(directory));
    }

    [Fact]
    public void Open_LabelOutOfRange_SaysWhichAndWhat()
    {
        using var directory = new IdxDirectory();
        directory.Write(IdxDirectory.TrainLabels, IdxDirectory.Labels(0, 1, 2, 10, 4));
        string error = ErrorOf(directory);
        Assert.Contains(directory.FileOf(IdxDirectory.TrainLabels), error);
        Assert.Contains("label 3 is 10", error);
        Assert.Contains("0 to 9", error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_TrailingBytes_Refuses(bool packed)
    {
        using var directory = new IdxDirectory(packed);
        directory.Write(IdxDirectory.TestLabels, [.. IdxDirectory.Labels(1, 2), 3]);
        Assert.Contains("has trailing bytes", ErrorOf(directory));
    }

    [Fact]
    public void Open_NoGzip_NamesTheFile()
    {
        using var directory = new IdxDirectory(packed: true);
        directory.WriteRaw(IdxDirectory.TrainImages, IdxDirectory.Images(5));
        string error = ErrorOf(directory);
        Assert.Contains(directory.FileOf(IdxDirectory.TrainImages), error);
        Assert.Contains("ends in .gz and is not a gzip file", error);
        Assert.Contains("rename it without .gz", error);
    }

    [Fact]
    public void Open_GzipWithAFlippedByte_Refuses()
    {
        using var directory = new IdxDirectory(packed: true);
        byte[] bytes = File.ReadAllBytes(directory.FileOf(IdxDirectory.TrainImages));
        bytes[^6] ^= 1; // in the checksum
        directory.WriteRaw(IdxDirectory.TrainImages, bytes);
        Assert.Contains("is a damaged gzip file", ErrorOf(directory));
    }

    [Fact]
    public void Open_GzipCutShort_Refuses()
    {
        using var directory = new IdxDirectory(packed: true);
        byte[] bytes = File.ReadAllBytes(directory.FileOf(IdxDirectory.TrainImages));
        directory.WriteRaw(IdxDirectory.TrainImages, bytes[..(bytes.Length / 2)]);
        Assert.Contains(directory.FileOf(IdxDirectory.TrainImages), ErrorOf(directory));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_HeaderThatPromisesTheWorld_RefusesBeforeAllocating(bool packed)
    {
        using var directory = new IdxDirectory(packed);
        directory.Write(IdxDirectory.TrainImages, IdxDirectory.Images(5, declared: int.MaxValue));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("promises 2147483647 items", ErrorOf(directory));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Open_ColourRecipe_Refuses()
    {
        using var directory = new IdxDirectory();
        Assert.Contains("'data.channels' is 3", TestData.ErrorOf(TestData.Recipe(DataKind.Idx, directory.Path)));
    }
}
