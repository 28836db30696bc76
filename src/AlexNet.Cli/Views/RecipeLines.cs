using System.Text.Json;
using AlexNet.Recipes;
using Lockstep.Terminals;
using Lockstep.Views;

namespace AlexNet.Cli.Views;

/// <summary>How recipes are listed.</summary>
internal static class RecipeLines
{
    /// <summary>A table for people; names and numbers stay whole, the published results take what room is left.</summary>
    public static FittedTable Table(IEnumerable<Recipe> recipes)
    {
        var table = new FittedTable(
            "recipe",
            "data",
            FittedColumn.Number("parameters"),
            new FittedColumn("batch", IsNumber: true, NeedsRoom: true),
            new FittedColumn("epochs", IsNumber: true, NeedsRoom: true),
            new FittedColumn("published", IsProse: true)
        );
        foreach (var recipe in recipes)
        {
            table.AddRow(
                recipe.Name,
                $"{KindOf(recipe)} {NetShape.Of(recipe).Image}",
                RunProgress.Invariant($"{NetShape.Of(recipe).Parameters:N0}"),
                $"{recipe.Training.Batch}",
                $"{recipe.Training.Epochs}",
                recipe.Published ?? "-"
            );
        }

        return table;
    }

    /// <summary>One object for programs; the names are contract.</summary>
    public static string Json(Recipe recipe) =>
        JsonSerializer.Serialize(
            new
            {
                @event = "recipe",
                name = recipe.Name,
                description = recipe.Description,
                data = KindOf(recipe),
                channels = recipe.Data.Channels,
                height = recipe.Data.Height,
                width = recipe.Data.Width,
                classes = recipe.Data.Classes,
                parameters = NetShape.Of(recipe).Parameters,
                towers = recipe.Net.Towers,
                batch = recipe.Training.Batch,
                epochs = recipe.Training.Epochs,
                published = recipe.Published,
                notes = recipe.Notes,
            }
        );

    private static string KindOf(Recipe recipe) => JsonNamingPolicy.KebabCaseLower.ConvertName(recipe.Data.Kind.ToString());
}
