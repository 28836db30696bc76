using Lockstep.Pictures;

namespace Lockstep.Tests.Pictures;

public class LogarithmicTicksTests
{
    [Theory]
    [InlineData(-1.1, 0.4, new[] { 0.1, 0.2, 0.3, 0.5, 0.7, 1, 2 })]
    [InlineData(-1.1, 1.1, new[] { 0.1, 0.2, 0.5, 1, 2, 5, 10 })]
    [InlineData(0.1, 0.7, new[] { 2.0, 3, 4, 5 })]
    [InlineData(-3, 1, new[] { 0.001, 0.01, 0.1, 1, 10 })]
    public void ValuesBetween_SomeRange_AreRound(double low, double high, double[] expected) =>
        Assert.Equal(expected, LogarithmicTicks.ValuesBetween(low, high));

    [Fact]
    public void ValuesBetween_AnyRange_AreNeitherManyNorOutside()
    {
        for (double span = 0.5; span < 30; span += 0.37)
        {
            for (double low = -12; low < 3; low += 0.71)
            {
                double[] values = LogarithmicTicks.ValuesBetween(low, low + span);
                Assert.InRange(values.Length, span > 1 ? 2 : 1, 7);
                Assert.All(values, v => Assert.InRange(Math.Log10(v), low, low + span));
            }
        }
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00002, "2E-5")]
    [InlineData(1.5, "1.5")]
    [InlineData(-0.25, "-0.25")]
    [InlineData(2e6, "2E+6")]
    public void Text_ANumber_IsShort(double value, string expected) => Assert.Equal(expected, LogarithmicTicks.Text(value));
}
