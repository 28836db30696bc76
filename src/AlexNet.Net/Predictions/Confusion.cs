namespace AlexNet.Net.Predictions;

/// <summary>A class that another was taken for.</summary>
/// <param name="Index">The label.</param>
/// <param name="Name">A word for people.</param>
/// <param name="Samples">How often.</param>
public sealed record Confusion(int Index, string Name, int Samples);
