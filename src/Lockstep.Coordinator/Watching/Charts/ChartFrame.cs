using System.Globalization;
using System.Text;
using Lockstep.Core.Status;

namespace Lockstep.Coordinator.Watching.Charts;

/// <summary>Where the values of a chart lie on its drawing: scales, ticks and paths. Sizes are units of the drawing.</summary>
public sealed class ChartFrame
{
    public const int Width = 400,
        Height = 190;
    public const int Left = 46,
        Right = 8,
        Top = 10,
        Bottom = 24;

    private const int TicksWanted = 4;

    private readonly (double Low, double High) _x,
        _y;

    private ChartFrame((double Low, double High) x, (double Low, double High) y)
    {
        (_x, _y) = (x, y);
        (XTicks, YTicks) = (Ticks(x, whole: true), Ticks(y, whole: false));
    }

    public IReadOnlyList<double> XTicks { get; }

    public IReadOnlyList<double> YTicks { get; }

    /// <summary>Fits a frame around curves; null where there is nothing to draw.</summary>
    /// <param name="series">All curves of the chart.</param>
    /// <param name="fromZero">Begin the scale at 0.</param>
    /// <param name="most">The highest that a value can be; null for no such bound.</param>
    /// <param name="steps">The first and the last step of its scale; null for those of the curves.</param>
    public static ChartFrame? Fit(
        IReadOnlyList<ChartSeries> series,
        bool fromZero,
        double? most = null,
        (double First, double Last)? steps = null
    )
    {
        var points = series.SelectMany(s => s.Points).ToList();
        if (points.Count == 0)
            return null;
        // single values may lie far out: what shares a point counts by its mean, and bands are cut off
        double low = fromZero ? 0 : points.Min(p => p.Mean),
            high = points.Max(p => p.Mean);
        double margin = high > low ? (high - low) * 0.08 : Math.Max(Math.Abs(high) * 0.1, 1e-6);
        return new ChartFrame(
            steps ?? StepsOf(points),
            (fromZero ? 0 : Math.Max(low - margin, low >= 0 ? 0 : double.MinValue), Math.Min(high + margin, most ?? double.MaxValue))
        );
    }

    /// <summary>The scale of steps that has room for all of these points.</summary>
    public static (double First, double Last) StepsOf(IReadOnlyCollection<CurvePoint> points) =>
        (Math.Min(points.Min(p => p.Step), 1), Math.Max(points.Max(p => p.Step), 2));

    public double X(double step) => Left + (step - _x.Low) / (_x.High - _x.Low) * (Width - Left - Right);

    public double Y(double value) => Height - Bottom - Math.Clamp((value - _y.Low) / (_y.High - _y.Low), 0, 1) * (Height - Top - Bottom);

    /// <summary>The line through a curve's means.</summary>
    public string Line(IReadOnlyList<CurvePoint> points)
    {
        var path = new StringBuilder();
        foreach (var point in points)
            path.Append(path.Length == 0 ? 'M' : 'L').Append(At(point.Step, point.Mean));
        return path.ToString();
    }

    /// <summary>The area between a curve's least and most values.</summary>
    public string Band(IReadOnlyList<CurvePoint> points)
    {
        var path = new StringBuilder();
        foreach (var point in points)
            path.Append(path.Length == 0 ? 'M' : 'L').Append(At(point.Step, point.Most));
        foreach (var point in points.Reverse())
            path.Append('L').Append(At(point.Step, point.Least));
        return path.Append('Z').ToString();
    }

    /// <summary>A length or place as SVG writes it.</summary>
    public static string Units(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private string At(double step, double value) => $"{Units(X(step))} {Units(Y(value))}";

    /// <summary>Round numbers within a range: 1, 2, 2.5 or 5 times a power of ten apart.</summary>
    private static IReadOnlyList<double> Ticks((double Low, double High) range, bool whole)
    {
        double raw = (range.High - range.Low) / TicksWanted,
            power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step =
            power
            * (raw / power) switch
            {
                <= 1 => 1,
                <= 2 => 2,
                <= 2.5 when !whole || power >= 10 => 2.5,
                <= 5 => 5,
                _ => 10,
            };
        if (whole)
            step = Math.Max(1, step);
        var ticks = new List<double>();
        for (double tick = Math.Ceiling(range.Low / step) * step; tick <= range.High + step * 1e-9; tick += step)
            ticks.Add(Math.Abs(tick) < step * 1e-9 ? 0 : tick);
        return ticks;
    }
}
