namespace AlexNet.Cli.Evaluating;

/// <summary>What a net says of one picture.</summary>
/// <param name="Index">The picture's place in its set.</param>
/// <param name="Label">Its true class, by the set.</param>
/// <param name="LogProbabilities">
/// The log probabilities of each class, the mean over all views; natural logarithms. NaN where the net says nothing that is a number.
/// </param>
internal readonly record struct Scores(int Index, int Label, ReadOnlyMemory<double> LogProbabilities);
