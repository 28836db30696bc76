using System.Text.Json.Nodes;
using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Describing;

/// <summary>How what a schema says about a value is put in words.</summary>
internal static class KeyTexts
{
    /// <summary>What the value is.</summary>
    public static string Type(JsonObject schema)
    {
        string type = schema["enum"] is not null && schema["type"] is null ? "a word" : Noun(schema);
        return IsNullable(schema) ? $"{type}, or null" : type;
    }

    /// <summary>Which values it may have.</summary>
    public static string Range(JsonObject schema) =>
        schema["enum"] is JsonArray words && schema["type"] is null ? "one of " + string.Join(", ", words.Where(w => w is not null))
        : schema["items"] is JsonObject items ? EachOf(items)
        : Types(schema).Contains("boolean") ? "true or false"
        : IsNumber(schema) ? Bounds(schema)
        : "";

    /// <summary>The words of which it is one.</summary>
    public static IReadOnlyList<(string Word, string Meaning)> Words(JsonObject schema)
    {
        if (schema["enum"] is not JsonArray words || schema["enumDescriptions"] is not JsonArray meanings)
            return [];
        return [.. words.OfType<JsonValue>().Zip(meanings, (word, meaning) => ($"{word}", $"{meaning}"))];
    }

    private static string EachOf(JsonObject items) =>
        items["items"] is JsonObject inner ? EachOf(inner)
        : IsNumber(items) ? $"{Bounds(items)} each"
        : "";

    private static string Noun(JsonObject schema) =>
        Types(schema) switch
        {
            var t when t.Contains("integer") => "a whole number",
            var t when t.Contains("number") => "a number",
            var t when t.Contains("string") => "a text",
            var t when t.Contains("boolean") => "true or false",
            var t when t.Contains("array") => "a list",
            _ => "a section",
        };

    private static string Bounds(JsonObject schema)
    {
        double Bound(string keyword, double otherwise) => (double?)schema[keyword] ?? otherwise;
        return new NumberRangeAttribute
        {
            AtLeast = Bound("minimum", double.NegativeInfinity),
            Above = Bound("exclusiveMinimum", double.NegativeInfinity),
            AtMost = Bound("maximum", double.PositiveInfinity),
            Below = Bound("exclusiveMaximum", double.PositiveInfinity),
            OneOf = [.. (schema["enum"] as JsonArray ?? []).OfType<JsonValue>().Select(v => v.GetValue<double>())],
        }.ToString();
    }

    private static bool IsNumber(JsonObject schema) =>
        Types(schema) is var types && (types.Contains("integer") || types.Contains("number"));

    private static bool IsNullable(JsonObject schema) =>
        Types(schema).Contains("null") || schema["enum"] is JsonArray words && words.Any(w => w is null);

    private static HashSet<string> Types(JsonObject schema) =>
        schema["type"] switch
        {
            JsonArray several => [.. several.Select(t => $"{t}")],
            JsonValue one => [$"{one}"],
            _ => [],
        };
}
