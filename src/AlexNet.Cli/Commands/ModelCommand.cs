using System.CommandLine;
using AlexNet.Cli.Views;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Options;
using Lockstep.Storage.Runs;
using Spectre.Console;

namespace AlexNet.Cli.Commands;

/// <summary>
/// <c>alexnet model RECIPE</c>: the layers of a net with shapes, parameters and multiply-adds, and what workers exchange in its layout.
/// </summary>
internal static class ModelCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("recipe") { Description = "Name or path of a recipe." };
        var shards = new Option<int?>("--shards") { Description = "Number of workers that together hold one net." };
        var replicas = new Option<int?>("--replicas") { Description = "Number of such nets." };
        var (set, output) = (RecipeArguments.Set(), OutputArgument.Create());
        var command = new Command("model", "Prints the layers of a recipe's net, and what its workers send to each other. Trains nothing.")
        {
            name,
            shards,
            replicas,
            set,
            output,
        };
        command.SetAction(parsed =>
        {
            var errors = new List<string>();
            var settings = RecipeArguments.Parse(parsed.GetValue(set), errors);
            settings.Lay("layout.shards", parsed.GetValue(shards));
            settings.Lay("layout.replicas", parsed.GetValue(replicas));
            if (errors.Count > 0)
                throw new BadInputException(errors);
            var recipe = RecipeCatalog.Load(Recipe.Reader, parsed.GetRequiredValue(name), settings);
            Print(recipe, parsed.GetValue(output) == "json");
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Print(Recipe recipe, bool json)
    {
        var (net, transfers) = (NetShape.Of(recipe), ModelLines.TransfersOf(recipe));
        if (json)
        {
            foreach (string line in ModelLines.Json(recipe, net, transfers))
                Console.WriteLine(line);
            return;
        }

        Console.WriteLine(ModelLines.Head(recipe, net));
        AnsiConsole.Write(ModelLines.Layers(net));
        Console.WriteLine(ModelLines.Layout(recipe));
        if (transfers.Count > 0)
            AnsiConsole.Write(ModelLines.Traffic(recipe, transfers));
    }
}
