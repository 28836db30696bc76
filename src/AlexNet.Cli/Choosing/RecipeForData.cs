using System.Text.Json;
using System.Text.Json.Nodes;
using AlexNet.Data.Finding;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Recipes;
using Lockstep.Storage.Runs;

namespace AlexNet.Cli.Choosing;

/// <summary>A recipe with the settings by which it fits the data that were found.</summary>
/// <param name="Data">The data.</param>
/// <param name="Name">Name or path of the recipe.</param>
/// <param name="Reason">Why this one; null where the user has named it.</param>
/// <param name="Settings">What is changed of it.</param>
internal sealed record RecipeForData(FoundData Data, string Name, string? Reason, IReadOnlyList<KeyValuePair<string, JsonNode?>> Settings)
{
    private const int LongestName = 40;

    /// <summary>Fits a recipe to data: its classes, its last layer, the kind of its data, and how their folders are divided.</summary>
    /// <param name="data">The data.</param>
    /// <param name="named">The recipe; null for the one that the table has for such data.</param>
    public static RecipeForData Of(FoundData data, string? named)
    {
        var row = named is null ? RecipeTable.For(data) : null;
        string name = named ?? row?.Recipe ?? "";
        var recipe = RecipeCatalog.Load(Recipe.Reader, name);
        var kind = KindOf(data.Form);
        List<KeyValuePair<string, JsonNode?>> settings =
        [
            new("name", NameOf(data.Directory)),
            new("description", $"Recipe '{recipe.Name}', sized for the data in '{data.Directory}'."),
            new("published", null),
            new("notes", new JsonArray()),
            new("data.kind", JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString())),
            new("data.path", data.Directory),
            new("data.classes", data.Classes.Count),
            new($"net.layers.{recipe.Net.Layers[^1].Name}.outputs", data.Classes.Count),
        ];
        if (TowersFor(recipe.Net, data.Classes.Count) is { } towers)
            settings.Add(new("net.towers", towers));
        if (data.Folders is { } folders)
            settings.Add(new("data.folders", JsonSerializer.SerializeToNode(folders, RecipeJson.Options)));
        if (kind != DataKind.Images && recipe.Data.Folders is not null)
            settings.Add(new("data.folders", null));
        return new(data, name, row?.Reason, [.. settings, .. row?.Settings ?? []]);
    }

    /// <summary>
    /// Fewer towers for a net in which every layer sees all of them, where there are fewer classes than towers: the net is the same, and
    /// can be cut less often. Null where the towers may stay, or mean something.
    /// </summary>
    private static int? TowersFor(NetRecipe net, int classes) =>
        classes < net.Towers && net.Layers.All(l => l is { Connect: Connect.All } and not ConvRecipe { Lrn.Across: Connect.Own })
            ? Enumerable.Range(1, classes).Last(towers => net.Towers % towers == 0)
            : null;

    private static DataKind KindOf(DataForm form) =>
        form switch
        {
            DataForm.Idx => DataKind.Idx,
            DataForm.Cifar10 => DataKind.Cifar10,
            _ => DataKind.Images,
        };

    /// <summary>The name of the directory, as far as run directories can have it.</summary>
    private static string NameOf(string directory)
    {
        string last = Path.GetFileName(directory.TrimEnd('/'));
        string name = string.Concat(last.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.').Take(LongestName)).Trim('.');
        return name.Length == 0 ? "pictures" : name;
    }
}
