namespace Cluster.Tests;

/// <summary>A run that has ended.</summary>
/// <param name="Directory">Its directory.</param>
/// <param name="Losses">The loss of each step.</param>
internal sealed record FinishedRun(string Directory, IReadOnlyList<double> Losses);
