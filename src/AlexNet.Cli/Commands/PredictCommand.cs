using System.CommandLine;
using System.Text.Json;
using AlexNet.Cli.Arguments;
using AlexNet.Cli.Evaluating;
using AlexNet.Cli.Predicting;
using AlexNet.Net.Trained;
using Lockstep.Core.Errors;
using Lockstep.Core.Texts;
using Lockstep.Options;
using Lockstep.Transport.Collectives;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet predict CHECKPOINT FILE|DIR...</c>: the likeliest classes of pictures.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var checkpoint = NetArguments.Checkpoint();
        var files = new Argument<string[]>("picture")
        {
            Description = "Pictures, or directories of pictures.",
            Arity = ArgumentArity.OneOrMore,
        };
        var top = new Option<int>("--top") { Description = "Number of classes to print for each picture.", DefaultValueFactory = _ => 5 };
        var file = new Option<string?>("--out") { Description = "A file for the predictions, .csv or .json; they are not printed then." };
        var (crops, device, batch, output) = (NetArguments.Crops(), NetArguments.Device(), NetArguments.Batch(), OutputArgument.Create());
        var command = new Command(
            "predict",
            "Prints the most probable classes of pictures. The exit code is 1 if some cannot be read, 2 if none can."
        )
        {
            checkpoint,
            files,
            top,
            file,
            crops,
            device,
            batch,
            output,
        };
        command.SetAction(
            (parsed, cancellation) =>
            {
                if (parsed.GetValue(top) < 1)
                    throw new BadInputException($"--top is {parsed.GetValue(top)}; it must be 1 or more.");
                string? path = parsed.GetValue(file);
                if (path is not null)
                    PredictionFile.RefuseOther(path);
                var pictures = PictureList.Find(parsed.GetRequiredValue(files));
                var stored = StoredNet.Find(parsed.GetRequiredValue(checkpoint));
                int atOnce = NetArguments.Batch(parsed.GetValue(batch), stored.Recipe),
                    classes = Math.Min(parsed.GetValue(top), stored.ClassNames.Count);
                using var net = TrainedNet.Load(stored.Recipe, stored.Checkpoint, new LocalCollectives(), parsed.GetRequiredValue(device));
                var predictor = new Predictor(net, stored.Recipe, stored.ClassNames);
                var predictions = Told(
                    predictor.Predict(pictures, atOnce, NetArguments.Views(parsed.GetValue(crops)), classes, cancellation)
                );
                bool json = parsed.GetValue(output) == "json";
                int problems = path is null ? Show(predictions, json) : Write(path, [.. predictions], classes, json);
                return Task.FromResult(Code(problems, pictures.Count));
            }
        );
        return command;
    }

    /// <summary>The predictions, each problem told on standard error on its way.</summary>
    private static IEnumerable<Prediction> Told(IEnumerable<Prediction> predictions)
    {
        foreach (var prediction in predictions)
        {
            if (prediction.Problem is { } problem)
                Console.Error.WriteLine(problem);
            yield return prediction;
        }
    }

    /// <summary>Prints the predictions; returns the number of pictures that could not be used.</summary>
    private static int Show(IEnumerable<Prediction> predictions, bool json)
    {
        int problems = 0;
        foreach (var prediction in predictions)
        {
            problems += prediction.Problem is null ? 0 : 1;
            if (json)
                Console.WriteLine(PredictionLines.Json(prediction));
            else if (prediction.Problem is null)
                Console.WriteLine(PredictionLines.Text(prediction));
        }

        return problems;
    }

    /// <summary>Writes the predictions into a file; returns the number of pictures that could not be used.</summary>
    private static int Write(string path, IReadOnlyList<Prediction> predictions, int classes, bool json)
    {
        int problems = predictions.Count(p => p.Problem is not null);
        PredictionFile.Write(path, predictions, classes);
        Console.WriteLine(
            json
                ? JsonSerializer.Serialize(
                    new
                    {
                        @event = "written",
                        file = Path.GetFullPath(path),
                        pictures = predictions.Count,
                        unreadable = problems,
                    }
                )
                : $"{Path.GetFullPath(path)}: {Count.Of(predictions.Count - problems, "prediction")}"
        );
        return problems;
    }

    private static int Code(int problems, int pictures)
    {
        if (problems > 0)
            Console.Error.WriteLine($"{problems} of {Count.Of(pictures, "picture")} could not be used.");
        return problems == 0 ? ExitCodes.Done
            : problems == pictures ? ExitCodes.BadInput
            : ExitCodes.Failed;
    }
}
