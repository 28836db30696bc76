using System.CommandLine;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Options;
using Lockstep.Storage.Runs;

namespace AlexNet.Cli.Commands;

/// <summary>
/// <c>alexnet recipes show NAME</c>: a recipe as a run would take it, every default written out, as JSON that <c>alexnet train</c> reads
/// again.
/// </summary>
internal static class RecipesShowCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("recipe") { Description = "Name or path of a recipe." };
        var set = RecipeArguments.Set();
        var command = new Command("show", "Prints a recipe with every default written out.") { name, set };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(name), parsed.GetValue(set)));
        return command;
    }

    private static int Run(string name, string[]? set)
    {
        var errors = new List<string>();
        var settings = RecipeArguments.Parse(set, errors);
        if (errors.Count > 0)
            throw new BadInputException(errors);
        Console.WriteLine(RecipeJson.Write(RecipeCatalog.Load(Recipe.Reader, name, settings)));
        return ExitCodes.Done;
    }
}
