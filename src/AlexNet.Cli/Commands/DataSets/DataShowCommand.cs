using System.CommandLine;
using System.Text.Json;
using AlexNet.Cli.Pictures;
using AlexNet.Data.Opening;
using Lockstep.Core.Errors;
using Lockstep.Core.Sampling;
using Lockstep.Core.Texts;
using Lockstep.Pictures;
using Lockstep.Storage.Files;

namespace AlexNet.Cli.Commands.DataSets;

/// <summary><c>alexnet data show RECIPE --out FILE.png</c>: a contact sheet of training pictures as the net sees them.</summary>
internal static class DataShowCommand
{
    private const int MostSamples = 100,
        MostEpochs = 32;

    public static Command Create()
    {
        var data = new DataArguments();
        var file = new Option<string>("--out") { Description = "The picture to write: .png or .svg.", Required = true };
        var samples = new Option<int>("--samples")
        {
            Description = $"Pictures to show, a row each; at most {MostSamples}.",
            DefaultValueFactory = _ => 8,
        };
        var epochs = new Option<int>("--epochs")
        {
            Description = $"Epochs to show of each, a column each; at most {MostEpochs}.",
            DefaultValueFactory = _ => 7,
        };
        var command = new Command("show", "Draws training pictures as the net sees them, with their labels.") { file, samples, epochs };
        data.AddTo(command);
        command.SetAction(parsed => Run(data, parsed, parsed.GetRequiredValue(file), parsed.GetValue(samples), parsed.GetValue(epochs)));
        return command;
    }

    private static int Run(DataArguments arguments, ParseResult parsed, string file, int samples, int epochs)
    {
        PictureFile.RefuseOther(file);
        if (samples is < 1 or > MostSamples || epochs is < 0 or > MostEpochs)
        {
            throw new BadInputException(
                $"--samples is {samples} and --epochs {epochs}; they must be 1 to {MostSamples} and 0 to {MostEpochs}."
            );
        }

        var recipe = arguments.Recipe(parsed);
        var set = DataSetOpener.Open(recipe);
        int[] first = EpochOrder.Of(recipe.Seed, epoch: 1, set.Train.Shards)[..Math.Min(samples, set.Train.Count)];
        var sheet = new ContactSheet(recipe, set, first, epochs);
        PictureFile.Write(file, sheet.Width, sheet.Height, sheet.Draw);
        OutputFile
            .NewsOf(file)
            .WriteLine(
                arguments.IsJson(parsed)
                    ? JsonSerializer.Serialize(
                        new
                        {
                            @event = "shown",
                            file,
                            samples = first.Length,
                            epochs,
                        }
                    )
                    : $"{file}: the first {Count.Of(first.Length, "training picture")} of epoch 1, as an evaluation and "
                        + $"{Count.Of(epochs, "epoch")} see {(first.Length == 1 ? "it" : "them")}"
            );
        return ExitCodes.Done;
    }
}
