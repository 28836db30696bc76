using Lockstep.Core.Status;

namespace Lockstep.Coordinator.Watching.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Style">The style of the style sheet: a, b or c.</param>
/// <param name="Points">In the order of steps.</param>
public sealed record ChartSeries(string Name, string Style, IReadOnlyList<CurvePoint> Points)
{
    /// <summary>Draw the range of values that share a point.</summary>
    public bool HasBand { get; init; }

    /// <summary>Mark each point.</summary>
    public bool HasDots { get; init; }
}
