using AlexNet.Core.Recipes;

namespace AlexNet.Data.Tests;

public class DataSetOpenerTests
{
    [Fact]
    public void Open_ImageFolder_SaysWhatToUseInstead()
    {
        string error = TestData.ErrorOf(TestData.Recipe(DataKind.ImageFolder, path: "."));
        Assert.Contains("image-folder", error);
        Assert.Contains("--data generated", error);
    }

    [Fact]
    public void Open_NoPath_NamesTheArgument() => Assert.Contains("--data DIR", TestData.ErrorOf(TestData.Recipe(DataKind.Idx)));

    [Fact]
    public void Open_MissingDirectory_NamesIt()
    {
        string error = TestData.ErrorOf(TestData.Recipe(DataKind.Idx, path: "no-such-directory"));
        Assert.Contains("'no-such-directory' is missing", error);
        Assert.Contains("--data DIR", error);
    }

    [Fact]
    public void Open_FileForDirectory_SaysSo()
    {
        string path = typeof(DataSetOpenerTests).Assembly.Location;
        Assert.Contains("is a file", TestData.ErrorOf(TestData.Recipe(DataKind.Idx, path)));
    }
}
