using System.Text.Json;
using System.Text.Json.Serialization;
using AlexNet.Net.Predictions;

namespace AlexNet.Cli.Evaluating;

/// <summary>An evaluation as one JSON object on one line. The names are contract.</summary>
internal static class EvaluationJson
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static string Of(EvaluationReport report) =>
        JsonSerializer.Serialize(
            new
            {
                @event = "evaluated",
                checkpoint = report.Checkpoint,
                samples = report.Tally.Samples,
                crops = report.Crops,
                loss = report.Tally.Loss,
                top1 = report.Tally.Top1,
                top5 = report.Tally.Top5,
                undecided = report.Tally.Undecided,
                classes = report.Classes.Select(OfClass),
                macro = new
                {
                    classes = report.Averages.Classes,
                    recall = report.Averages.Recall,
                    precision = report.Averages.Precision,
                    f1 = report.Averages.F1,
                },
                calibration = OfCalibration(report.Calibration),
                roc = report.Roc is { } roc ? OfRoc(roc, report.Classes[1]) : null,
                mistakes = report.Mistakes,
                worst = report.Worst.Select(w => OfMistake(w, report.Classes)),
                confusion = report.Classes.Select(c => report.Tally.Confusion.RowOf(c.Index).ToArray()), // true class x predicted class
            },
            Options
        );

    private static object OfClass(ClassResult result) =>
        new
        {
            index = result.Index,
            name = result.Name,
            samples = result.Samples,
            recall = result.Recall,
            precision = result.Precision,
            f1 = result.F1,
            confused_with = result.Confusion is { } other
                ? new
                {
                    index = other.Index,
                    name = other.Name,
                    samples = other.Samples,
                }
                : null,
        };

    private static object OfCalibration(Calibration calibration) =>
        new
        {
            error = calibration.Error,
            confidence = calibration.Confidence,
            accuracy = calibration.Accuracy,
            bins = calibration.Bins.Select(b => new
            {
                from = b.From,
                to = b.To,
                samples = b.Samples,
                confidence = b.Confidence,
                accuracy = b.Accuracy,
            }),
        };

    private static object OfRoc(RocCurve roc, ClassResult positive) =>
        new
        {
            positive = new { index = positive.Index, name = positive.Name },
            area = roc.Area,
            points = roc.Points.Select(p => new
            {
                threshold = p.Threshold,
                false_positives = p.FalsePositives,
                true_positives = p.TruePositives,
            }),
        };

    private static object OfMistake(NamedMistake worst, IReadOnlyList<ClassResult> classes)
    {
        var (index, actual, answer) = worst.Mistake;
        return new
        {
            index,
            picture = worst.Picture,
            actual = new { index = actual, name = classes[actual].Name },
            predicted = new { index = answer.Label, name = classes[answer.Label].Name },
            confidence = answer.Confidence,
        };
    }
}
