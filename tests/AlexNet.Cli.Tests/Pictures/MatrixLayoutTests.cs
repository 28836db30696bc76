using AlexNet.Cli.Pictures;

namespace AlexNet.Cli.Tests.Pictures;

public class MatrixLayoutTests
{
    [Theory]
    [InlineData(1, 150, true)]
    [InlineData(10, 72, true)]
    [InlineData(102, 15, true)]
    [InlineData(121, 8, false)]
    [InlineData(1000, 1, false)]
    [InlineData(5000, 1, false)]
    public void For_AnyNumberOfClasses_NamesThemWhereTheyFit(int classes, int cell, bool named)
    {
        var layout = MatrixLayout.For(classes);
        Assert.Equal((cell, named, classes * cell), (layout.Cell, layout.HasNames, layout.Pixels));
    }

    [Fact]
    public void NumberedLabels_OfManyClasses_HaveRoom()
    {
        Assert.Equal([0, 100, 200], MatrixLayout.For(1000).NumberedLabels().Take(3));
        Assert.Equal(900, MatrixLayout.For(1000).NumberedLabels().Last());
        Assert.Equal([0, 20, 40], MatrixLayout.For(150).NumberedLabels().Take(3));
    }

    [Theory]
    [InlineData(10, 4, true)]
    [InlineData(27, 5, false)] // cells too narrow for the digits
    [InlineData(100, 1, false)] // and too small for any
    public void CountSize_DigitsThatFit_HaveOne(int classes, int digits, bool fits) =>
        Assert.Equal(fits, MatrixLayout.For(classes).CountSize(digits) is not null);
}
