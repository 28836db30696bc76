using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Tests.Opening;

public class DataSetOpenerTests
{
    [Fact]
    public void Open_ImageFolderWithoutImages_SaysWhichFoldersItNeeds() =>
        Assert.Contains("'val', 'valid', 'test'", TestData.ErrorOf(TestData.Recipe(DataKind.Images, path: AppContext.BaseDirectory)));

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
