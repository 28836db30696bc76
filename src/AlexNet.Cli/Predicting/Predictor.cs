using AlexNet.Cli.Evaluating;
using AlexNet.Data.Folders;
using AlexNet.Net.Predictions;
using AlexNet.Net.Trained;
using AlexNet.Recipes;

namespace AlexNet.Cli.Predicting;

/// <summary>Tells what picture files show; one that cannot be read does not end the rest.</summary>
/// <param name="net">The loaded net.</param>
/// <param name="recipe">The recipe of its run: what it makes of a picture file.</param>
/// <param name="names">The names of the classes.</param>
internal sealed class Predictor(TrainedNet net, Recipe recipe, IReadOnlyList<string> names)
{
    private const string NoNumber = "the net's result is not a number (NaN); its weights may not be finite";

    /// <summary>One prediction for each file, in their order.</summary>
    /// <param name="files">Files, which need not all be pictures.</param>
    /// <param name="batch">The most pictures that go through the net at a time.</param>
    /// <param name="views">The views of each picture.</param>
    /// <param name="top">The number of classes of each prediction.</param>
    /// <param name="cancellation">Cancels the prediction.</param>
    public IEnumerable<Prediction> Predict(
        IReadOnlyList<string> files,
        int batch,
        IReadOnlyList<int> views,
        int top,
        CancellationToken cancellation
    )
    {
        var pictures = new PictureFiles(files, recipe.Data, recipe.Seed);
        foreach (var scores in new Evaluation(net, pictures, batch, views).Run(cancellation))
        {
            yield return pictures.ProblemOf(scores.Index) is { } problem
                ? new(files[scores.Index], [], problem)
                : Told(files[scores.Index], scores.LogProbabilities.Span, top);
        }
    }

    private Prediction Told(string file, ReadOnlySpan<double> logProbabilities, int top)
    {
        if (!Ranking.IsDecided(logProbabilities))
            return new(file, [], $"image '{file}': {NoNumber}.");
        double[] logs = [.. logProbabilities];
        return new(file, [.. Ranking.Best(logs, top).Select(label => new LikelyClass(label, names[label], Math.Exp(logs[label])))], null);
    }
}
