using Lockstep.Core.Numerics;

namespace Lockstep.Core.Tests.Numerics;

public class MedianTests
{
    [Theory]
    [InlineData(new[] { 7 }, 7)]
    [InlineData(new[] { 9, 1, 5 }, 5)]
    [InlineData(new[] { 4, 3, 2, 1 }, 2)] // the smaller of the two in the middle
    public void Of_Values_IsTheMiddleOne(int[] values, int median) => Assert.Equal(median, Median.Of(values));

    [Fact]
    public void By_AKey_IsTheValueThatTheKeyPutsInTheMiddle() => Assert.Equal("bb", Median.By(["cccc", "bb", "a"], text => text.Length));

    [Fact]
    public void Of_NoValues_Throws() => Assert.Throws<InvalidOperationException>(() => Median.Of(Array.Empty<double>()));
}
