using System.CommandLine;
using AlexNet.Cli.Views;
using AlexNet.Recipes;
using AlexNet.Recipes.Describing;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Core.Texts;
using Lockstep.Options;
using Lockstep.Storage.Runs;
using Spectre.Console;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet recipes describe [KEY]</c>: what a key of a recipe means, and which recipes set it; or all keys.</summary>
internal static class RecipesDescribeCommand
{
    public static Command Create()
    {
        var key = new Argument<string?>("key")
        {
            Description = "A key as --set takes it, such as optimizer.rate or net.layers.conv1.filters. By default all are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var output = OutputArgument.Create();
        var command = new Command("describe", "Says what a key of a recipe means: its kind, default and range, and which recipes set it.")
        {
            key,
            output,
        };
        command.SetAction(parsed => Run(parsed.GetValue(key), parsed.GetValue(output) == "json"));
        return command;
    }

    private static int Run(string? wanted, bool json)
    {
        var all = RecipeKeys.Of(RecipeCatalog.Schema);
        var found = wanted is null ? all : RecipeKeys.Find(all, wanted);
        if (found.Count == 0)
            throw new BadInputException(Unknown(all, wanted ?? ""));
        if (json)
        {
            foreach (var key in found)
                Console.WriteLine(KeyLines.Json(key));
            return ExitCodes.Done;
        }

        if (wanted is null)
        {
            AnsiConsole.Write(KeyLines.Table(found));
            return ExitCodes.Done;
        }

        foreach (string line in found.SelectMany(KeyLines.Text))
            Console.WriteLine(line);
        List<Recipe> recipes = [.. RecipeCatalog.Names.Select(name => RecipeCatalog.Load(Recipe.Reader, name))];
        foreach (string line in KeyLines.SetBy(found, recipes, wanted))
            Console.WriteLine(line);
        return ExitCodes.Done;
    }

    private static string Unknown(IReadOnlyList<RecipeKey> all, string wanted)
    {
        string last = wanted[(wanted.LastIndexOf('.') + 1)..];
        string[] near = [.. all.Select(k => k.Key).Distinct().Where(k => k.Split('.')[^1] == last)];
        string hint =
            near.Length > 0 ? $"did you mean {string.Join(" or ", near)}?" : $"'{RunHints.Program} recipes describe' lists all keys.";
        return $"no recipe has a key '{VisibleText.Line(wanted)}'; {hint}";
    }
}
