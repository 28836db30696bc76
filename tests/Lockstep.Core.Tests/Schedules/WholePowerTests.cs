using Lockstep.Core.Schedules;

namespace Lockstep.Core.Tests.Schedules;

public sealed class WholePowerTests
{
    [Theory]
    [InlineData(0.9, 0)]
    [InlineData(0.9, 1)]
    [InlineData(0.999, 7)]
    [InlineData(0.999, 100_000)]
    [InlineData(-1.5, 3)]
    [InlineData(0, 5)]
    public void Of_WholeExponents_IsThePower(double value, long exponent)
    {
        double expected = Math.Pow(value, exponent),
            tolerance = 1e-15 * (exponent + 1) * Math.Abs(expected); // each squaring doubles what was lost before
        Assert.InRange(WholePower.Of(value, exponent), expected - tolerance, expected + tolerance);
    }

    /// <summary>7 is 1 + 2 + 4: exactly rounded multiplications in a fixed order, the same bits on every machine.</summary>
    [Fact]
    public void Of_ItsBits_AreFixed()
    {
        double square = 0.999 * 0.999;
        Assert.Equal(0.999 * square * (square * square), WholePower.Of(0.999, 7));
    }

    [Fact]
    public void Of_NegativeExponent_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => WholePower.Of(2, -1));
}
