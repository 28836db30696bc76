using System.CommandLine;
using Lockstep.Building;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Pictures;
using Lockstep.Storage.Files;

namespace Lockstep.Commands;

/// <summary>The commands of a program that trains a net of its own; without one it trains.</summary>
internal static class ProgramCommands
{
    public static RootCommand Create(TrainingBuilder builder)
    {
        var root = new RootCommand($"Trains {builder.Recipe.Name} on one worker or many.")
        {
            Train(builder, new Command("train", "Trains on this machine: starts a coordinator and the workers, and shows their progress.")),
            Resume(builder),
            CheckCommand.Create(builder),
            Recipe(builder),
            StatusCommand.Create(),
            AutopsyCommand.Create(),
            PlotCommand.Create(),
            CompareCommand.Create(),
            CheckpointsCommand.Create(),
            CertsCommand.Create(),
            new Command("coordinator", "Is the coordinator of a run whose processes you start yourself; takes settings as --name value."),
            new Command("worker", "Is a worker of such a run."),
        };
        Train(builder, root);
        return root;
    }

    private static Command Train(TrainingBuilder builder, Command command) => With(new ProgramOptions(builder, resumes: false), command);

    private static Command Resume(TrainingBuilder builder) =>
        With(
            new ProgramOptions(builder, resumes: true),
            new Command("resume", "Continues a run from its newest whole checkpoint, with its own settings unless others are given.")
        );

    private static Command With(ProgramOptions options, Command command)
    {
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
                LocalTraining.RunAsync(
                    options.Read(parsed),
                    ended => EndPictures.Draw(ended.RunDirectory, Console.Error.WriteLine),
                    cancellation
                )
        );
        return command;
    }

    private static Command Recipe(TrainingBuilder builder)
    {
        var file = new Argument<string>("file") { Description = "The file to write." };
        var options = new ProgramOptions(builder, resumes: false);
        var command = new Command("recipe", "Writes the recipe of a run, which a coordinator that you start yourself reads.") { file };
        options.AddRecipeTo(command);
        command.SetAction(parsed =>
        {
            string text = RecipeJson.Write(options.ReadRecipe(parsed));
            File.WriteAllText(InputFile.Require(parsed.GetRequiredValue(file)), text);
            return ExitCodes.Done;
        });
        return command;
    }
}
