using System.Text.Json;
using System.Text.Json.Nodes;
using AlexNet.Recipes;
using AlexNet.Recipes.Describing;
using Lockstep.Terminals;

namespace AlexNet.Cli.Views;

/// <summary>What <c>alexnet recipes describe</c> says.</summary>
internal static class KeyLines
{
    /// <summary>All keys, a row each.</summary>
    public static FittedTable Table(IEnumerable<RecipeKey> keys)
    {
        var table = new FittedTable("key", new FittedColumn("value", IsProse: true), new FittedColumn("default", IsProse: true));
        foreach (var key in keys)
            table.AddRow(key.Key + OfKinds(key), Value(key), Default(key));
        return table;
    }

    /// <summary>One key in full.</summary>
    public static IEnumerable<string> Text(RecipeKey key)
    {
        yield return key.Key + OfKinds(key);
        yield return $"  {key.Description}";
        yield return $"  value    {Value(key)}";
        yield return $"  default  {Default(key)}";
        foreach (var (word, meaning) in key.Words)
            yield return $"  {word}: {meaning}";
    }

    /// <summary>The recipes whose value is another than the default.</summary>
    /// <param name="keys">The keys that were asked for, which differ only in the kinds of their section.</param>
    /// <param name="recipes">The recipes that come with the program.</param>
    /// <param name="wanted">The key as it was asked for.</param>
    public static IEnumerable<string> SetBy(IReadOnlyList<RecipeKey> keys, IEnumerable<Recipe> recipes, string wanted)
    {
        string[] defaults = [.. keys.Where(k => !k.IsRequired).Select(k => Json(k.Default))];
        string[] lines =
        [
            .. from recipe in recipes
            let values = KeyValues.Of(recipe, wanted).Where(v => !defaults.Contains(Json(v))).ToList()
            where values.Count > 0
            select $"  {recipe.Name}{(values.All(v => v is JsonValue) ? $": {string.Join(", ", values.Select(Json))}" : "")}",
        ];
        return lines.Length == 0 ? ["Every recipe that comes with the program has the default."]
            : keys.Any(k => k.IsRequired) ? ["In the recipes that come with the program:", .. lines]
            : ["Other than the default in these recipes:", .. lines];
    }

    public static string Json(RecipeKey key) =>
        JsonSerializer.Serialize(
            new
            {
                @event = "key",
                key = key.Key,
                kinds = key.Kinds,
                type = key.Type,
                description = key.Description,
                required = key.IsRequired,
                @default = key.Default,
                range = key.Range,
                words = key.Words.Select(w => new { word = w.Word, meaning = w.Meaning }),
            }
        );

    private static string OfKinds(RecipeKey key) => key.Kinds.Count == 0 ? "" : $" ({string.Join(", ", key.Kinds)})";

    private static string Value(RecipeKey key) =>
        key.Words.Count > 0 ? $"one of {string.Join(", ", key.Words.Select(w => w.Word))}"
        : key.Range.Length == 0 || key.Range == key.Type ? key.Type
        : $"{key.Type}: {key.Range}";

    private static string Default(RecipeKey key) => key.IsRequired ? "none: it is required" : Json(key.Default);

    private static string Json(JsonNode? node) => node?.ToJsonString() ?? "null";
}
