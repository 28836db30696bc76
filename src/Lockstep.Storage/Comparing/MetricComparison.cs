namespace Lockstep.Storage.Comparing;

/// <summary>How the values of a metric in two runs compare.</summary>
/// <param name="Name">The metric's.</param>
/// <param name="Series">Its values, by step.</param>
public sealed record MetricComparison(string Name, SeriesComparison Series);
