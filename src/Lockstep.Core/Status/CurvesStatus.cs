namespace Lockstep.Core.Status;

/// <summary>How a run has learned, thinned out to at most some 200 points a curve.</summary>
public sealed record CurvesStatus
{
    /// <summary>Training loss.</summary>
    public IReadOnlyList<CurvePoint> Loss { get; init; } = [];

    /// <summary>Loss over the test set.</summary>
    public IReadOnlyList<CurvePoint> TestLoss { get; init; } = [];

    /// <summary>Share of the test set whose class came first.</summary>
    public IReadOnlyList<CurvePoint> Top1 { get; init; } = [];

    /// <summary>Share of the test set whose class came among the first five.</summary>
    public IReadOnlyList<CurvePoint> Top5 { get; init; } = [];

    /// <summary>Training speed, evaluations left out.</summary>
    public IReadOnlyList<CurvePoint> ImagesPerSecond { get; init; } = [];
}

/// <summary>One or several neighbouring steps of a curve.</summary>
/// <param name="Step">The last of them.</param>
/// <param name="Mean">The mean of their values.</param>
/// <param name="Least">The least of their values.</param>
/// <param name="Most">The greatest of their values.</param>
public readonly record struct CurvePoint(long Step, double Mean, double Least, double Most);
