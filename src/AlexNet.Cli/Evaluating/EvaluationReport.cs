using AlexNet.Net.Predictions;

namespace AlexNet.Cli.Evaluating;

/// <summary>All that an evaluation of a test set has found.</summary>
/// <param name="Checkpoint">The net's.</param>
/// <param name="Crops">Views of each picture: 1 or 10.</param>
/// <param name="Tally">What was counted.</param>
/// <param name="Classes">One result for each class, in the order of their labels.</param>
/// <param name="Averages">Their means.</param>
/// <param name="Calibration">How confidence and accuracy agree.</param>
/// <param name="Roc">For two classes, how well they are told apart, the second one positive; null otherwise.</param>
/// <param name="Worst">The most confident mistakes, the most confident first.</param>
internal sealed record EvaluationReport(
    string Checkpoint,
    int Crops,
    PredictionTally Tally,
    IReadOnlyList<ClassResult> Classes,
    ClassAverages Averages,
    Calibration Calibration,
    RocCurve? Roc,
    IReadOnlyList<NamedMistake> Worst
)
{
    /// <summary>The most mistakes that are shown.</summary>
    public const int MostMistakes = 16;

    /// <summary>The samples that were taken for another class.</summary>
    public int Mistakes => Tally.Samples - Tally.Top1Hits - Tally.Undecided;

    /// <summary>Counts what an evaluation says of a labelled set.</summary>
    /// <param name="checkpoint">The net's.</param>
    /// <param name="crops">Views of each picture.</param>
    /// <param name="scores">The scores of each picture.</param>
    /// <param name="names">The names of the classes.</param>
    /// <param name="nameOf">The name of a picture by its index.</param>
    public static EvaluationReport Of(
        string checkpoint,
        int crops,
        IEnumerable<Scores> scores,
        IReadOnlyList<string> names,
        Func<int, string> nameOf
    )
    {
        var (tally, calibration) = (new PredictionTally(names.Count), new Calibration());
        var (mistakes, odds) = (new List<Mistake>(), new List<(double, bool)>());
        foreach (var score in scores)
        {
            var logs = score.LogProbabilities.Span;
            tally.Add(logs, score.Label);
            if (Answer.Of(logs) is not { } answer)
                continue;
            calibration.Add(answer.Confidence, answer.Label == score.Label);
            if (answer.Label != score.Label)
                mistakes.Add(new(score.Index, score.Label, answer));
            if (names.Count == 2)
                odds.Add((logs[1] - logs[0], score.Label == 1));
        }

        var classes = ClassResult.Of(tally.Confusion, names);
        var worst = Mistake.Worst(mistakes, MostMistakes).Select(m => new NamedMistake(m, nameOf(m.Index)));
        return new(checkpoint, crops, tally, classes, ClassAverages.Of(classes), calibration, RocCurve.Of(odds), [.. worst]);
    }
}
