using System.CommandLine;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Options;
using Lockstep.Pictures;
using Lockstep.Storage.Files;

namespace Lockstep.Commands;

/// <summary><c>alexnet plot RUN...</c>: learning curves of one or several runs.</summary>
internal static class PlotCommand
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("run")
        {
            Description = "Run directories; a run may still be training.",
            Arity = ArgumentArity.OneOrMore,
        };
        var file = new Option<string>("--out")
        {
            Description = "The file to write, .png or .svg.",
            DefaultValueFactory = _ => EndPictures.Curves,
        };
        var output = OutputArgument.Create();
        var command = new Command("plot", "Draws loss, accuracy and learning rate of one or several runs.") { runs, file, output };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            PictureFile.RefuseOther(path);
            var plotted = PlottedRun.Read([.. parsed.GetRequiredValue(runs).Select(run => RunPlace.Read(run, withCheckpoint: false))]);
            LearningCurves.Write(path, plotted);
            OutputFile
                .NewsOf(path)
                .WriteLine(
                    parsed.GetValue(output) == "json"
                        ? JsonSerializer.Serialize(
                            new
                            {
                                @event = "plotted",
                                file = Path.GetFullPath(path),
                                runs = plotted.Select(r => r.Name),
                            }
                        )
                        : Path.GetFullPath(path)
                );
            return ExitCodes.Done;
        });
        return command;
    }
}
