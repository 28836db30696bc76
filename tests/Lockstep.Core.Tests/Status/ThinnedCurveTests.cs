using Lockstep.Core.Status;

namespace Lockstep.Core.Tests.Status;

public class ThinnedCurveTests
{
    private readonly ThinnedCurve _curve = new();

    [Fact]
    public void Add_FewValues_KeepsEach()
    {
        _curve.Add(1, 2.5);
        _curve.Add(2, 2.0);
        Assert.Equal([new CurvePoint(1, 2.5, 2.5, 2.5), new CurvePoint(2, 2.0, 2.0, 2.0)], _curve.Points);
    }

    [Theory]
    [InlineData(ThinnedCurve.MostPoints)]
    [InlineData(ThinnedCurve.MostPoints + 1)]
    [InlineData(10 * ThinnedCurve.MostPoints + 7)]
    [InlineData(450_000)]
    public void Add_AnyNumberOfValues_KeepsFewPointsOfThemAll(int values)
    {
        for (int step = 1; step <= values; step++)
            _curve.Add(step, step);
        var points = _curve.Points;
        Assert.InRange(points.Count, ThinnedCurve.MostPoints / 2, ThinnedCurve.MostPoints);
        Assert.Equal((1, values, values), (points[0].Least, points[^1].Most, points[^1].Step));
        Assert.All(points, p => Assert.Equal((p.Least + p.Most) / 2, p.Mean, 6)); // of consecutive numbers
        Assert.All(points.Zip(points.Skip(1)), pair => Assert.Equal(pair.First.Most + 1, pair.Second.Least));
    }

    [Fact]
    public void Add_NoNumber_IsLeftOut()
    {
        _curve.Add(1, double.PositiveInfinity);
        _curve.Add(2, double.NaN);
        Assert.Empty(_curve.Points);
    }

    [Fact]
    public void Clear_BeginsAnew()
    {
        for (int step = 1; step <= 1000; step++)
            _curve.Add(step, step);
        _curve.Clear();
        _curve.Add(1, 5);
        _curve.Add(2, 6);
        Assert.Equal([1L, 2L], _curve.Points.Select(p => p.Step));
    }
}
