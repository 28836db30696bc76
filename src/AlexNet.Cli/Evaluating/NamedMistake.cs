using AlexNet.Net.Predictions;

namespace AlexNet.Cli.Evaluating;

/// <summary>A mistake with the name of its picture.</summary>
/// <param name="Mistake">The picture's index, its class, and the answer.</param>
/// <param name="Picture">Where people find the picture.</param>
internal sealed record NamedMistake(Mistake Mistake, string Picture);
