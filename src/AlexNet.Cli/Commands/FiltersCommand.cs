using System.CommandLine;
using System.Text.Json;
using AlexNet.Cli.Arguments;
using AlexNet.Cli.Evaluating;
using AlexNet.Cli.Pictures;
using Lockstep.Core.Errors;
using Lockstep.Options;
using Lockstep.Pictures;
using Lockstep.Storage.Files;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet filters CHECKPOINT</c>: the first layer's filters, tower by tower.</summary>
internal static class FiltersCommand
{
    public const string DefaultFile = "filters.png";

    public static Command Create()
    {
        var checkpoint = NetArguments.Checkpoint();
        var file = new Option<string>("--out") { Description = "The file to write, .png or .svg.", DefaultValueFactory = _ => DefaultFile };
        var output = OutputArgument.Create();
        var command = new Command("filters", "Draws the filters of the first layer, tower by tower.") { checkpoint, file, output };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            PictureFile.RefuseOther(path);
            var stored = StoredNet.Find(parsed.GetRequiredValue(checkpoint));
            FilterSheet.Write(path, stored.Recipe, stored.Checkpoint);
            OutputFile
                .NewsOf(path)
                .WriteLine(
                    parsed.GetValue(output) == "json"
                        ? JsonSerializer.Serialize(
                            new
                            {
                                @event = "drawn",
                                file = Path.GetFullPath(path),
                                checkpoint = stored.Checkpoint,
                            }
                        )
                        : Path.GetFullPath(path)
                );
            return ExitCodes.Done;
        });
        return command;
    }
}
