using System.CommandLine;
using AlexNet.Cli.Views;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Storage.Runs;
using Spectre.Console;

namespace AlexNet.Cli.Commands;

/// <summary>
/// <c>alexnet recipes</c>: the trainings that come with the program, and what was published of each; <c>show</c> prints one,
/// <c>describe</c> says what its keys mean, <c>new</c> writes one to edit.
/// </summary>
internal static class RecipesCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--output")
        {
            Description = "text, or json: one object a line.",
            DefaultValueFactory = _ => "text",
        }.AcceptOnlyFromAmong("text", "json");
        var command = new Command("recipes", "Lists the recipes that come with the program.")
        {
            output,
            RecipesShowCommand.Create(),
            RecipesDescribeCommand.Create(),
            RecipesNewCommand.Create(),
        };
        command.SetAction(parsed => Run(parsed.GetValue(output) == "json"));
        return command;
    }

    private static int Run(bool json)
    {
        List<Recipe> recipes = [.. RecipeCatalog.Names.Select(name => RecipeCatalog.Load(Recipe.Reader, name))];
        if (!json)
            AnsiConsole.Write(RecipeLines.Table(recipes));
        foreach (var recipe in json ? recipes : [])
            Console.WriteLine(RecipeLines.Json(recipe));
        return ExitCodes.Done;
    }
}
