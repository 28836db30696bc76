using System.Text.Json;
using System.Text.Json.Serialization;

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
                classes = report.Classes.Select(c => new
                {
                    index = c.Index,
                    name = c.Name,
                    samples = c.Samples,
                    recall = c.Recall,
                    precision = c.Precision,
                    confused_with = c.Confusion is { } other
                        ? new
                        {
                            index = other.Index,
                            name = other.Name,
                            samples = other.Samples,
                        }
                        : null,
                }),
                confusion = report.Classes.Select(c => report.Tally.Confusion.RowOf(c.Index).ToArray()), // true class x predicted class
            },
            Options
        );
}
