using AlexNet.Data.Opening;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Tests.Idx;

/// <summary>The real files, where a copy lies in shared/data beside or above the repository.</summary>
public class FashionMnistTests
{
    [Fact]
    public void Open_FashionMnist_GivesSeventyThousandBalancedImages()
    {
        string path = TestData.Shared("fashion-mnist");
        var set = DataSetOpener.Open(TestData.Recipe(DataKind.Idx, path, channels: 1, height: 28, width: 28));
        Assert.Equal((60_000, 10_000), (set.Train.Count, set.Test.Count));
        Assert.All(Enumerable.Range(0, 60_000).CountBy(set.Train.LabelOf), c => Assert.Equal(6000, c.Value));
        Assert.Equal(9, set.Train.LabelOf(0)); // an ankle boot
        double mean = Enumerable.Range(0, 60_000).Average(i => TestData.Image(set.Train, i).Average(p => p / 255.0));
        Assert.Equal(0.2860, mean, 4); // as published for this data set
    }

    [Fact]
    public void Open_FashionMnistAt224_KeepsTheMeanOfEachPicture()
    {
        string path = TestData.Shared("fashion-mnist");
        var small = DataSetOpener.Open(TestData.Recipe(DataKind.Idx, path, channels: 1, height: 28, width: 28)).Test;
        var large = DataSetOpener.Open(TestData.Recipe(DataKind.Idx, path, channels: 1, height: 224, width: 224)).Test;
        Assert.All(Enumerable.Range(0, 50), i =>
            Assert.Equal(TestData.Image(small, i).Average(p => p), TestData.Image(large, i).Average(p => p), tolerance: 1)
        );
    }
}
