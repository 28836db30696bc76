using AlexNet.Data.Opening;

namespace AlexNet.Data.Tests.Generated;

public class GeneratedDataSetTests
{
    [Fact]
    public void Open_SameSeed_GivesTheSamePicturesAndFingerprint()
    {
        var (a, b) = (DataSetOpener.Open(TestData.Recipe(seed: 7)), DataSetOpener.Open(TestData.Recipe(seed: 7)));
        Assert.Equal(TestData.Hash(a.Train, Enumerable.Range(0, 50)), TestData.Hash(b.Train, Enumerable.Range(0, 50)));
        Assert.Equal(a.Fingerprint, b.Fingerprint);
    }

    [Fact]
    public void Open_OtherSeed_GivesOtherPicturesAndFingerprint()
    {
        var (a, b) = (DataSetOpener.Open(TestData.Recipe(seed: 7)), DataSetOpener.Open(TestData.Recipe(seed: 8)));
        Assert.NotEqual(TestData.Image(a.Train, 3), TestData.Image(b.Train, 3));
        Assert.NotEqual(a.Fingerprint, b.Fingerprint);
    }

    [Fact]
    public void Open_OtherCounts_GivesTheSamePicturesAndAnotherFingerprint()
    {
        var (a, b) = (DataSetOpener.Open(TestData.Recipe(train: 20)), DataSetOpener.Open(TestData.Recipe(train: 30)));
        Assert.Equal(TestData.Image(a.Train, 19), TestData.Image(b.Train, 19));
        Assert.NotEqual(a.Fingerprint, b.Fingerprint);
    }

    [Fact]
    public void Open_TrainAndTest_ShareNoPicture()
    {
        var set = DataSetOpener.Open(TestData.Recipe());
        Assert.NotEqual(TestData.Image(set.Train, 0), TestData.Image(set.Test, 0));
    }

    /// <summary>
    /// Known pictures guard law 1: a change of a single bit, by an edit or by a CPU, shows here. Where the change is meant, raise
    /// Picture.Version and write the new hashes down.
    /// </summary>
    [Theory]
    [InlineData(10, 3, 40, 40, "e25294edb517bbfc")]
    [InlineData(10, 1, 28, 28, "7140221b696158b1")]
    [InlineData(1000, 3, 64, 48, "d0ae54ef4dfeb2a9")]
    public void Read_KnownParameters_GivesTheKnownPixels(int classes, int channels, int height, int width, string hash)
    {
        var set = DataSetOpener.Open(
            TestData.Recipe(seed: 2012, classes: classes, channels: channels, height: height, width: width, train: 1000)
        );
        Assert.Equal(hash, TestData.Hash(set.Train, Enumerable.Range(0, 100).Select(i => 7 * i))[..16]);
    }

    [Theory]
    [InlineData(10, 200, 50)]
    [InlineData(7, 20, 5)]
    [InlineData(1000, 3000, 64)]
    public void LabelOf_EveryIndex_IsBalanced(int classes, int train, int test)
    {
        var set = DataSetOpener.Open(TestData.Recipe(classes: classes, height: 8, width: 8, train: train, test: test));
        foreach (var images in new[] { set.Train, set.Test })
        {
            int[] counts = new int[classes];
            for (int i = 0; i < images.Count; i++)
                counts[images.LabelOf(i)]++;
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        }
    }

    [Fact]
    public void Read_LargeSet_GivesWhatASmallSetGives()
    {
        var (large, small) = (DataSetOpener.Open(TestData.Recipe(train: 20_000)), DataSetOpener.Open(TestData.Recipe(train: 200)));
        Assert.Equal(TestData.Image(small.Train, 123), TestData.Image(large.Train, 123));
        Assert.Equal(small.Train.LabelOf(123), large.Train.LabelOf(123));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 50)]
    [InlineData(5, 3)]
    public void Read_TinyPicture_IsDrawn(int height, int width)
    {
        var set = DataSetOpener.Open(TestData.Recipe(height: height, width: width));
        Assert.Equal(3 * height * width, TestData.Image(set.Train, 0).Length);
    }

    [Fact]
    public void ClassNames_TenClasses_AreTheFigures()
    {
        var set = DataSetOpener.Open(TestData.Recipe());
        Assert.Equal(10, set.ClassNames.Distinct().Count());
        Assert.Equal("disc", set.ClassNames[0]);
    }

    [Fact]
    public void ClassNames_ThousandClasses_AreAllDifferent() =>
        Assert.Equal(1000, DataSetOpener.Open(TestData.Recipe(classes: 1000, train: 1, test: 1)).ClassNames.Distinct().Count());

    [Fact]
    public void Open_MoreClassesThanItCanDraw_Refuses() =>
        Assert.Contains("'data.classes' is 2001; generated pictures have at most 2000", TestData.ErrorOf(TestData.Recipe(classes: 2001)));

    [Fact]
    public void Open_GreyWithManyClasses_Refuses() =>
        Assert.Contains("'data.channels' 1", TestData.ErrorOf(TestData.Recipe(classes: 11, channels: 1)));
}
