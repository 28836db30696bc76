namespace AlexNet.Cli.Sweeping;

/// <summary>What one run of a sweep has reached.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Directory">Its run directory.</param>
/// <param name="Accuracy">The accuracy of its last evaluation, 0 to 1; null where it has none.</param>
internal sealed record SweepScore(long Seed, string Directory, double? Accuracy);
