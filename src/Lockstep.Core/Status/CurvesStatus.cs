namespace Lockstep.Core.Status;

/// <summary>How a run has learned, thinned out to at most some 200 points a curve.</summary>
public sealed record CurvesStatus
{
    /// <summary>Training loss; empty where steps have phases.</summary>
    public IReadOnlyList<CurvePoint> Loss { get; init; } = [];

    /// <summary>The training loss of each phase, by its name; empty where steps have none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<CurvePoint>> PhaseLosses { get; init; } =
        new Dictionary<string, IReadOnlyList<CurvePoint>>();

    /// <summary>What evaluations measured, by the metric's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<CurvePoint>> Metrics { get; init; } =
        new Dictionary<string, IReadOnlyList<CurvePoint>>();

    /// <summary>Training speed, evaluations left out.</summary>
    public IReadOnlyList<CurvePoint> SamplesPerSecond { get; init; } = [];
}

/// <summary>One or several neighbouring steps of a curve.</summary>
/// <param name="Step">The last of them.</param>
/// <param name="Mean">The mean of their values.</param>
/// <param name="Least">The least of their values.</param>
/// <param name="Most">The greatest of their values.</param>
public readonly record struct CurvePoint(long Step, double Mean, double Least, double Most);
