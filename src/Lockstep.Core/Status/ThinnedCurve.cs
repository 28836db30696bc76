namespace Lockstep.Core.Status;

/// <summary>
/// A curve of any length in bounded space: neighbouring values share a point, and where points become too many, each two of them become
/// one. What a curve looks like depends on its values alone, and not on when it was looked at.
/// </summary>
public sealed class ThinnedCurve
{
    /// <summary>The most points that it ever has.</summary>
    public const int MostPoints = 200;

    private readonly List<Point> _points = [];
    private int _stride = 1; // values of a point

    /// <summary>Adds the next value; one that is no number leaves a gap.</summary>
    public void Add(long step, double value)
    {
        if (!double.IsFinite(value))
            return;
        if (_points.Count > 0 && _points[^1].Count < _stride)
        {
            _points[^1] = _points[^1].With(new Point(step, value, value, value, 1));
            return;
        }
        if (_points.Count == MostPoints)
            Thin();
        _points.Add(new Point(step, value, value, value, 1));
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _points.Clear();
        _stride = 1;
    }

    /// <summary>A copy of what it looks like now.</summary>
    public IReadOnlyList<CurvePoint> Points => [.. _points.Select(p => new CurvePoint(p.Step, p.Sum / p.Count, p.Least, p.Most))];

    private void Thin()
    {
        for (int i = 0; i < MostPoints / 2; i++)
            _points[i] = _points[2 * i].With(_points[2 * i + 1]);
        _points.RemoveRange(MostPoints / 2, MostPoints / 2);
        _stride *= 2;
    }

    private readonly record struct Point(long Step, double Sum, double Least, double Most, int Count)
    {
        public Point With(Point next) =>
            new(next.Step, Sum + next.Sum, Math.Min(Least, next.Least), Math.Max(Most, next.Most), Count + next.Count);
    }
}
