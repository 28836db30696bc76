using Lockstep.Coordinator.Watching.Charts;
using Lockstep.Core.Status;

namespace Lockstep.Coordinator.Tests.Watching;

public class ChartFrameTests
{
    [Fact]
    public void Fit_NothingToDraw_IsNone() => Assert.Null(ChartFrame.Fit([new("loss", "a", [])], fromZero: false));

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(785, 652)]
    [InlineData(450_000, 1e-7)]
    public void Fit_AnyCurve_LiesWithinTheDrawingWithRoundTicks(int steps, double most)
    {
        var points = Enumerable
            .Range(1, steps)
            .Where(s => s % Math.Max(1, steps / 100) == 0 || s == 1)
            .Select(s => new CurvePoint(s, most * s / steps, 0, most))
            .ToList();
        var frame = ChartFrame.Fit([new("a", "a", points)], fromZero: true)
            ?? throw new InvalidOperationException("there is something to draw");
        Assert.All(points, p => Assert.InRange(frame.X(p.Step), ChartFrame.Left, ChartFrame.Width - ChartFrame.Right));
        Assert.All(points, p => Assert.InRange(frame.Y(p.Mean), ChartFrame.Top, ChartFrame.Height - ChartFrame.Bottom));
        Assert.InRange(frame.YTicks.Count, 2, 6);
        Assert.InRange(frame.XTicks.Count, 1, 6);
        Assert.Equal(0, frame.YTicks[0]);
        Assert.All(frame.XTicks, tick => Assert.Equal(Math.Round(tick), tick));
    }

    [Theory]
    [InlineData(0.81)]
    [InlineData(0.93)]
    [InlineData(1)]
    public void Fit_SharesNearTheWhole_HaveAtLeastFourTicks(double share)
    {
        var frame = ChartFrame.Fit([new("a", "a", [new(1, share, share, share), new(2, share / 2, 0, 1)])], fromZero: true, most: 1);
        Assert.InRange(frame?.YTicks.Count ?? 0, 4, 6);
    }

    [Fact]
    public void Fit_AScaleOfSteps_IsTheGivenOne()
    {
        CurvePoint[] few = [new(50, 1, 1, 1)],
            all = [.. few, new(100, 1, 1, 1)];
        var frame = ChartFrame.Fit([new("a", "a", few)], fromZero: true, steps: ChartFrame.StepsOf(all));
        Assert.Equal(ChartFrame.Width - ChartFrame.Right, frame?.X(100));
    }

    [Fact]
    public void Line_Points_AreJoinedInOrder()
    {
        var frame = ChartFrame.Fit([new("a", "a", [new(1, 0, 0, 0), new(11, 1, 1, 1)])], fromZero: true, most: 1);
        Assert.Equal(
            $"M{ChartFrame.Left} {ChartFrame.Height - ChartFrame.Bottom}L{ChartFrame.Width - ChartFrame.Right} {ChartFrame.Top}",
            frame?.Line([new(1, 0, 0, 0), new(11, 1, 1, 1)])
        );
    }
}
