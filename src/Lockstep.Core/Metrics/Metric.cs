namespace Lockstep.Core.Metrics;

/// <summary>A number that an evaluation measured.</summary>
/// <param name="Name">Such as <c>top1</c>; <see cref="MetricNames"/> has those that the library knows.</param>
/// <param name="Value">A mean over the test set.</param>
public readonly record struct Metric(string Name, double Value);
