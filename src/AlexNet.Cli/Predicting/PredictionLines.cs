using System.Text.Json;
using Lockstep.Views;

namespace AlexNet.Cli.Predicting;

/// <summary>Predictions for people, and for programs. The names of the latter are contract.</summary>
internal static class PredictionLines
{
    /// <summary>Such as <c>rose.jpg: rose 97.1%, tulip 2.6%</c>.</summary>
    public static string Text(Prediction prediction) =>
        $"{prediction.File}: " + string.Join(", ", prediction.Best.Select(b => RunProgress.Invariant($"{b.Name} {b.Probability:P1}")));

    public static string Json(Prediction prediction) => JsonSerializer.Serialize(Event(prediction));

    /// <summary>What is written of a prediction as JSON.</summary>
    public static object Event(Prediction prediction) =>
        prediction.Problem is { } problem
            ? new
            {
                @event = "unreadable",
                file = prediction.File,
                problem,
            }
            : new
            {
                @event = "predicted",
                file = prediction.File,
                classes = prediction.Best.Select(b => new
                {
                    index = b.Index,
                    name = b.Name,
                    probability = b.Probability,
                }),
            };
}
