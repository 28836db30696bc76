using System.CommandLine;
using System.Text.Json.Nodes;
using AlexNet.Cli.Choosing;
using AlexNet.Cli.Commands.DataSets;
using AlexNet.Cli.Views;
using AlexNet.Data.Finding;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;
using Lockstep.Objects;
using Lockstep.Storage.Runs;
using Lockstep.Views;
using Spectre.Console;

namespace AlexNet.Cli.Commands.Training;

/// <summary>The data of a training, and what is found there where no recipe describes them.</summary>
internal sealed class DataOption
{
    private const string FoldersKey = "data.folders";

    private readonly Option<string?> _data = new("--data")
    {
        Description =
            "Directory of the data set, s3://BUCKET/PREFIX of a packed one, or 'generated' for pictures drawn from the seed. Without a "
            + "recipe, the program looks what is there, and chooses one.",
    };

    public Option Option => _data;

    /// <summary>Whether data are given that can be looked at.</summary>
    public bool IsDirectory(ParseResult parsed) => parsed.GetValue(_data) is { Length: > 0 } path && !DataArgument.IsGenerated(path);

    /// <summary>The settings of the recipe that it stands for.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonNode?>> Settings(ParseResult parsed, ICollection<string> errors) =>
        DataArgument.Settings(parsed.GetValue(_data), errors);

    /// <summary>Looks what lies in the directory, and fits a recipe to it; null where no directory is given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="named">The recipe to fit; null for the one that such data call for.</param>
    /// <param name="settings">Those that the user gives; how folders are divided is among them.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="BadInputException">There is nothing to train on.</exception>
    public RecipeForData? Find(
        ParseResult parsed,
        string? named,
        IEnumerable<KeyValuePair<string, JsonNode?>> settings,
        CancellationToken cancellation
    )
    {
        if (!IsDirectory(parsed) || parsed.GetValue(_data) is not { } path)
            return null;
        var wishes = settings.Where(s => s.Key.StartsWith(FoldersKey, StringComparison.Ordinal)).ToList();
        using var progress = new ProgressLine("pictures");
        var data = DataFinder.Find(
            ObjectAddress.FullPath(path),
            Wishes(wishes),
            keepsSeed: wishes.Any(w => w.Key is FoldersKey or $"{FoldersKey}.seed"),
            progress.Tell,
            cancellation
        );
        return RecipeForData.Of(data, named);
    }

    /// <summary>Says what was found and chosen.</summary>
    public static void Show(RecipeForData chosen, bool json)
    {
        if (json)
        {
            Console.WriteLine(FoundLines.Json(chosen));
            return;
        }

        foreach (string line in FoundLines.Head(chosen.Data))
            Console.WriteLine(line);
        AnsiConsole.Write(FoundLines.Table(chosen.Data));
        foreach (string line in FoundLines.LeftOut(chosen.Data))
            Console.WriteLine(line);
        if (chosen.Reason is not null)
            Console.WriteLine(FoundLines.Choice(chosen));
    }

    /// <summary>How the user wants folders divided, checked as any recipe is.</summary>
    private static FoldersRecipe Wishes(IReadOnlyList<KeyValuePair<string, JsonNode?>> wishes) =>
        RecipeCatalog.Load(Recipe.Reader, "flowers", wishes).Data.Folders ?? new FoldersRecipe();
}
