using Lockstep.Storage.Comparing;

namespace Lockstep.Storage.Tests.Comparing;

public class SeriesComparisonTests
{
    [Fact]
    public void Of_TheSameNumbers_IsEqual()
    {
        var compared = SeriesComparison.Of([(1, 2.5), (2, double.NaN)], [(1, 2.5), (2, double.NaN)]);
        Assert.True(compared.IsEqual);
        Assert.Equal((2, 0), (compared.Points.Count, compared.Different));
        Assert.Null(compared.First);
        Assert.Null(compared.LargestRelative);
    }

    [Fact]
    public void Of_NumbersThatPart_FindsTheFirstAndTheLargestDifferences()
    {
        var compared = SeriesComparison.Of([(1, 2), (2, 1), (3, 8), (4, 0.5)], [(1, 2), (2, 1.25), (3, 9), (4, 0.25)]);
        Assert.Equal(3, compared.Different);
        Assert.Equal(new PointDifference(2, 1, 1.25), compared.First);
        Assert.Equal((3, 1.0), (compared.LargestAbsolute?.Step, compared.LargestAbsolute?.Absolute));
        Assert.Equal((4, 0.5), (compared.LargestRelative?.Step, compared.LargestRelative?.Relative));
    }

    [Theory]
    [InlineData(1, 1.0000000000000002, 2.2204460492503126E-16)] // the next double
    [InlineData(0.0, -0.0, 0)]
    [InlineData(double.NaN, 1, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, 1, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity)]
    public void Of_NumbersOfOtherBits_Differ(double one, double other, double relative)
    {
        var compared = SeriesComparison.Of([(1, one)], [(1, other)]);
        Assert.Equal(1, compared.Different);
        Assert.Equal(relative, compared.LargestRelative?.Relative);
    }

    [Fact]
    public void Of_StepsThatOneHasAlone_AreNoDifferentNumbers()
    {
        var compared = SeriesComparison.Of([(1, 5), (2, 4), (3, 3)], [(2, 4), (4, 2), (5, 1)]);
        Assert.Equal((1, 0, false), (compared.Points.Count, compared.Different, compared.IsEqual));
        Assert.Equal([1, 3], compared.OnlyInOne);
        Assert.Equal([4, 5], compared.OnlyInOther);
    }

    [Fact]
    public void Of_AStepThatIsThereTwice_TakesTheLast() =>
        Assert.True(SeriesComparison.Of([(2, 9), (1, 5), (2, 4)], [(1, 5), (2, 4)]).IsEqual);

    [Theory]
    [InlineData(0.25, true)]
    [InlineData(0.24, false)]
    public void IsWithin_ATolerance_AsTheLargestRelativeDifferenceSays(double tolerance, bool expected) =>
        Assert.Equal(expected, SeriesComparison.Of([(1, 3), (2, 7)], [(1, 4), (2, 7)]).IsWithin(tolerance));
}
