using System.CommandLine;
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
        var (crops, device, batch, output) = (NetArguments.Crops(), NetArguments.Device(), NetArguments.Batch(), OutputArgument.Create());
        var command = new Command(
            "predict",
            "Prints the most probable classes of pictures. The exit code is 1 if some cannot be read, 2 if none can."
        )
        {
            checkpoint,
            files,
            top,
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
                var pictures = PictureList.Find(parsed.GetRequiredValue(files));
                var stored = StoredNet.Find(parsed.GetRequiredValue(checkpoint));
                int atOnce = NetArguments.Batch(parsed.GetValue(batch), stored.Recipe);
                using var net = TrainedNet.Load(stored.Recipe, stored.Checkpoint, new LocalCollectives(), parsed.GetRequiredValue(device));
                var predictor = new Predictor(net, stored.Recipe, stored.ClassNames);
                var predictions = predictor.Predict(
                    pictures,
                    atOnce,
                    NetArguments.Views(parsed.GetValue(crops)),
                    parsed.GetValue(top),
                    cancellation
                );
                return Task.FromResult(Show(predictions, pictures.Count, parsed.GetValue(output) == "json"));
            }
        );
        return command;
    }

    private static int Show(IEnumerable<Prediction> predictions, int count, bool json)
    {
        int problems = 0;
        foreach (var prediction in predictions)
        {
            if (prediction.Problem is { } problem)
            {
                problems++;
                Console.Error.WriteLine(problem);
                if (json)
                    Console.WriteLine(PredictionLines.Json(prediction.File, problem));
            }
            else
            {
                Console.WriteLine(json ? PredictionLines.Json(prediction) : PredictionLines.Text(prediction));
            }
        }
        if (problems > 0)
            Console.Error.WriteLine($"{problems} of {Count.Of(count, "picture")} could not be used.");
        return problems == 0 ? ExitCodes.Done
            : problems == count ? ExitCodes.BadInput
            : ExitCodes.Failed;
    }
}
