namespace AlexNet.Cli.Predicting;

/// <summary>A class that a picture may be of.</summary>
/// <param name="Index">The label.</param>
/// <param name="Name">A word for people.</param>
/// <param name="Probability">0 to 1.</param>
internal sealed record LikelyClass(int Index, string Name, double Probability);
