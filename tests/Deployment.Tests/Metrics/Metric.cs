namespace Deployment.Tests.Metrics;

/// <summary>One metric: its name, type, and labels.</summary>
/// <param name="Name">As Prometheus knows it, without the suffixes of a histogram's parts.</param>
/// <param name="Type">counter, gauge or histogram.</param>
/// <param name="Labels">Names of its labels, in alphabetical order, with commas between.</param>
internal readonly record struct Metric(string Name, string Type, string Labels);
