using Lockstep.Pictures;

namespace Lockstep.Tests.Pictures;

public class ValueScaleTests
{
    [Fact]
    public void Of_ANarrowRange_IsLinearWithRoomAtItsEnds()
    {
        var scale = ValueScale.Of([2.1, 2.9], [2.0, 3.0]);
        Assert.Equal((false, 0, 2.5), (scale.IsLogarithmic, scale.Beyond, scale.Of(2.5)));
        Assert.Equal((1.95, 3.05), (Math.Round(scale.Low, 9), Math.Round(scale.High, 9)));
    }

    [Fact]
    public void Of_AWideRange_IsLogarithmic()
    {
        var scale = ValueScale.Of([], [0.01, 10]);
        Assert.Equal((true, -1), (scale.IsLogarithmic, (int)scale.Of(0.1)));
        Assert.Equal((-2.15, 1.15), (Math.Round(scale.Low, 9), Math.Round(scale.High, 9)));
    }

    [Theory]
    [InlineData(-1)] // below zero
    [InlineData(double.NegativeInfinity, true)] // which is left out
    [InlineData(0, true)] // which lies beyond the axis
    public void Of_ValuesWithoutALogarithm_DecideByWhatTheyAre(double step, bool logarithmic = false)
    {
        var scale = ValueScale.Of([step, .. Enumerable.Repeat(1.0, 300)], [0.01, 10]);
        Assert.Equal((logarithmic, step == 0 ? 1 : 0), (scale.IsLogarithmic, scale.IsLogarithmic ? scale.Beyond : 0));
    }

    [Theory]
    [InlineData(1e9)]
    [InlineData(1e-9)]
    public void Of_AFewOutliers_DoNotMoveTheEndsAndAreCounted(double outlier)
    {
        double[] steps = [.. Enumerable.Range(0, 1000).Select(i => i is 10 or 20 ? outlier : 1 + i % 10)];
        var scale = ValueScale.Of(steps, [1, 9]);
        Assert.Equal(2, scale.Beyond);
        Assert.InRange(scale.High, 1, 1.1); // the logarithm of 10, with some room
        Assert.InRange(scale.Low, -0.1, 0);
    }

    [Fact]
    public void Of_WhatIsShownInAnyCase_IsNeverBeyond() =>
        Assert.Equal(1, ValueScale.Of([.. Enumerable.Repeat(1.0, 1000)], [1, 1e-9]).Of(10));

    [Fact]
    public void Of_OneValueOrNone_StillHasAnAxis()
    {
        Assert.True(ValueScale.Of([], []) is { Low: < 1, High: > 0 });
        Assert.True(ValueScale.Of([double.NaN], [2]) is var one && one.Low < 2 && one.High > 2);
        Assert.True(ValueScale.Of([0, 0], [0]) is var zero && zero.Low < 0 && zero.High > 0);
    }
}
