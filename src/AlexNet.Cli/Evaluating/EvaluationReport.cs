using AlexNet.Net.Predictions;

namespace AlexNet.Cli.Evaluating;

/// <summary>All that an evaluation of a test set has found.</summary>
/// <param name="Checkpoint">The net's.</param>
/// <param name="Crops">Views of each picture: 1 or 10.</param>
/// <param name="Tally">What was counted.</param>
/// <param name="Classes">One result for each class, in the order of their labels.</param>
internal sealed record EvaluationReport(string Checkpoint, int Crops, PredictionTally Tally, IReadOnlyList<ClassResult> Classes)
{
    /// <summary>Counts what an evaluation says of a labelled set.</summary>
    /// <param name="checkpoint">The net's.</param>
    /// <param name="crops">Views of each picture.</param>
    /// <param name="scores">The scores of each picture.</param>
    /// <param name="names">The names of the classes.</param>
    public static EvaluationReport Of(string checkpoint, int crops, IEnumerable<Scores> scores, IReadOnlyList<string> names)
    {
        var tally = new PredictionTally(names.Count);
        foreach (var score in scores)
            tally.Add(score.LogProbabilities.Span, score.Label);
        return new(checkpoint, crops, tally, ClassResult.Of(tally.Confusion, names));
    }
}
