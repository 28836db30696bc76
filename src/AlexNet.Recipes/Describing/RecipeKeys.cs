using System.Globalization;
using System.Text.Json.Nodes;

namespace AlexNet.Recipes.Describing;

/// <summary>The keys that a recipe can have, read from its schema, which has every text once.</summary>
public sealed class RecipeKeys
{
    /// <summary>Stands in a key for the name or the number of an item of a list.</summary>
    public const string Item = "ITEM";

    private readonly List<RecipeKey> _keys = [];

    /// <summary>All keys, section by section, each before what is in it.</summary>
    /// <param name="schema">The JSON schema of the recipes.</param>
    /// <exception cref="FormatException">It is no schema.</exception>
    public static IReadOnlyList<RecipeKey> Of(string schema)
    {
        var root = JsonNode.Parse(schema) as JsonObject ?? throw new FormatException("A schema is a JSON object.");
        var keys = new RecipeKeys();
        keys.AddSection((JsonObject)Expanded(root, root), "");
        return keys._keys;
    }

    /// <summary>The keys that a user means, in their order: several where sections of several kinds have it.</summary>
    /// <param name="keys">All.</param>
    /// <param name="wanted">A key as <c>--set</c> takes it, such as <c>net.layers.conv1.filters</c>.</param>
    public static IReadOnlyList<RecipeKey> Find(IReadOnlyList<RecipeKey> keys, string wanted)
    {
        string[] path = wanted.Split('.');
        return [.. keys.Where(k => Matches(k.Key.Split('.'), path))];
    }

    private static bool Matches(string[] key, string[] path) =>
        key.Length == path.Length && key.Zip(path).All(p => p.First == p.Second || p.First == Item);

    private void AddSection(JsonObject section, string path)
    {
        if (section["anyOf"] is JsonArray forms)
        {
            AddForms([.. forms.OfType<JsonObject>()], path);
            return;
        }

        foreach (var (name, node) in section["properties"] as JsonObject ?? [])
        {
            if (node is JsonObject property)
                Add(property, path.Length == 0 ? name : $"{path}.{name}", kinds: [], IsRequired(section, name));
        }
    }

    /// <summary>A section of several kinds: what all have in common comes first, and once.</summary>
    private void AddForms(IReadOnlyList<JsonObject> forms, string path)
    {
        (string Word, string Meaning)[] kinds =
        [
            .. forms.Select(f => f["properties"]?["kind"]).Select(k => ($"{k?["const"]}", $"{k?["description"]}")),
        ];
        _keys.Add(
            new(
                $"{path}.kind",
                Kinds: [],
                "a word",
                "Which kind of section it is.",
                IsRequired: true,
                Default: null,
                "one of " + string.Join(", ", kinds.Select(k => k.Word)),
                kinds
            )
        );
        var properties =
            from form in forms.Zip(kinds)
            from property in form.First["properties"] as JsonObject ?? []
            where property.Key != "kind" && property.Value is JsonObject
            group (Kind: form.Second.Word, Form: form.First, Node: (JsonObject)property.Value) by (
                Name: property.Key,
                property.Value.ToJsonString()
            );
        foreach (var same in properties.OrderBy(p => p.Count() < forms.Count))
        {
            var (_, form, node) = same.First();
            string[] having = same.Count() == forms.Count ? [] : [.. same.Select(p => p.Kind)];
            Add(node, $"{path}.{same.Key.Name}", having, IsRequired(form, same.Key.Name));
        }
    }

    private void Add(JsonObject property, string key, IReadOnlyList<string> kinds, bool isRequired)
    {
        _keys.Add(
            new(
                key,
                kinds,
                KeyTexts.Type(property),
                (string?)property["description"] ?? "",
                isRequired,
                isRequired ? null : property["default"],
                KeyTexts.Range(property),
                KeyTexts.Words(property)
            )
        );
        if (property["items"] is JsonObject items)
            AddSection(items, $"{key}.{Item}");
        else
            AddSection(property, key);
    }

    private static bool IsRequired(JsonObject section, string name) =>
        section["required"] is JsonArray all && all.Any(r => (string?)r == name);

    /// <summary>A copy in which nothing refers to an earlier node, as a schema does for types that occur again.</summary>
    private static JsonNode Expanded(JsonNode node, JsonObject root)
    {
        if (node is JsonArray list)
            return new JsonArray([.. list.Select(item => item is null ? null : Expanded(item, root))]);
        if (node is not JsonObject plain)
            return node.DeepClone();
        var copy = new JsonObject();
        if ((string?)plain["$ref"] is { } reference)
            copy = (JsonObject)Expanded(Target(root, reference), root);
        foreach (var (name, value) in plain.Where(p => p.Key != "$ref"))
            copy[name] = value is null ? null : Expanded(value, root);
        return copy;
    }

    private static JsonObject Target(JsonObject root, string reference)
    {
        JsonNode? target = root;
        foreach (string part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
            target = target is JsonArray list ? list[int.Parse(part, CultureInfo.InvariantCulture)] : target?[part];
        return target as JsonObject ?? throw new FormatException($"The schema refers to '{reference}', which it does not have.");
    }
}
