using System.Text.Json;
using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using Spectre.Console;

namespace AlexNet.Cli.Views;

/// <summary>How recipes are listed.</summary>
internal static class RecipeLines
{
    /// <summary>A table for people; names and numbers stay whole, the published results take what room is left.</summary>
    public static Table Table(IEnumerable<Recipe> recipes)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn(new TableColumn("recipe").NoWrap())
            .AddColumn(new TableColumn("data").NoWrap())
            .AddColumn(new TableColumn("parameters").RightAligned().NoWrap())
            .AddColumn(new TableColumn("batch").RightAligned().NoWrap())
            .AddColumn(new TableColumn("epochs").RightAligned().NoWrap())
            .AddColumn("published");
        foreach (var recipe in recipes)
            table.AddRow(
                Markup.Escape(recipe.Name), $"{KindOf(recipe)} {NetShape.Of(recipe).Image}", RunProgress.Invariant($"{NetShape.Of(recipe).Parameters:N0}"),
                $"{recipe.Training.Batch}", $"{recipe.Training.Epochs}", Markup.Escape(recipe.Published ?? "-"));
        return table;
    }

    /// <summary>One object for programs; the names are contract.</summary>
    public static string Json(Recipe recipe) => JsonSerializer.Serialize(new
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
    });

    private static string KindOf(Recipe recipe) => JsonNamingPolicy.KebabCaseLower.ConvertName(recipe.Data.Kind.ToString());
}
