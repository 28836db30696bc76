using Lockstep.Pictures;
using ScottPlot;

namespace Lockstep.Tests.Pictures;

public class CurveTests
{
    [Fact]
    public void Smoothed_Constant_StaysConstantFromItsFirstPoint() =>
        Assert.All(Curve.Smoothed(Line(1000, _ => 3)), p => Assert.Equal(3, p.Y, 1e-9));

    [Fact]
    public void Smoothed_Noise_HasItsMeanAndFarLessOfIt()
    {
        var smoothed = Curve.Smoothed(Line(1000, x => x % 2 == 0 ? 1 : -1));
        Assert.All(smoothed[100..], p => Assert.True(Math.Abs(p.Y) < 0.1, $"{p.Y} at {p.X}"));
    }

    [Fact]
    public void Smoothed_AFewPoints_AreThemselves() => Assert.Equal(Line(30, x => x * x), Curve.Smoothed(Line(30, x => x * x)));

    [Fact]
    public void Thinned_ALongLine_KeepsItsOrderAndItsOutliers()
    {
        var line = Line(100_000, x => x == 77_777 ? 50
            : x == 33_333 ? -50
            : Math.Sin(x));
        var thinned = Curve.Thinned(line);
        Assert.InRange(thinned.Length, 1000, 2000);
        Assert.Equal(thinned.OrderBy(p => p.X), thinned);
        Assert.Equal((-50, 50), (thinned.Min(p => p.Y), thinned.Max(p => p.Y)));
    }

    [Fact]
    public void Finite_NotNumbers_AreLeftOut() =>
        Assert.Equal([1, 3], Curve.Finite([new(1, 1), new(2, double.NaN), new(3, 0), new(4, double.PositiveInfinity)]).Select(p => p.X));

    private static Coordinates[] Line(int points, Func<int, double> value) =>
        [.. Enumerable.Range(0, points).Select(x => new Coordinates(x, value(x)))];
}
