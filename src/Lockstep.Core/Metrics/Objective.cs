namespace Lockstep.Core.Metrics;

/// <summary>What a run is to get better at: it decides which checkpoint is the best, and when a rate drops or a run ends.</summary>
/// <param name="Metric">A name of the evaluation's metrics.</param>
/// <param name="HigherIsBetter">Otherwise lower is.</param>
public sealed record Objective(string Metric, bool HigherIsBetter)
{
    /// <summary>As many right best guesses as possible.</summary>
    public static Objective Top1 { get; } = new(MetricNames.Top1, HigherIsBetter: true);

    /// <summary>As small a loss over the test set as possible.</summary>
    public static Objective TestLoss { get; } = new(MetricNames.TestLoss, HigherIsBetter: false);

    /// <summary>How good an evaluation is: the greater, the better; worse than any other where it did not measure the metric.</summary>
    public double Score(MetricValues metrics) =>
        metrics[Metric] is not { } value || double.IsNaN(value) ? double.NegativeInfinity
        : HigherIsBetter ? value
        : -value;
}
