using System.Text.Json.Nodes;

namespace Lockstep.Core.Recipes;

/// <summary>Lays single settings over a recipe's JSON: <c>training.batch=64</c>, <c>net.layers.conv1.lrn=null</c>.</summary>
public static class RecipeSettings
{
    /// <summary>Splits KEY=VALUE; a value that is no JSON is taken as text.</summary>
    public static KeyValuePair<string, JsonNode?>? Parse(string setting)
    {
        int equals = setting.IndexOf('=');
        if (equals < 1)
            return null;
        string value = setting[(equals + 1)..];
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(value);
        }
        catch (System.Text.Json.JsonException)
        {
            node = JsonValue.Create(value);
        }
        return new(setting[..equals], node);
    }

    internal static void Apply(JsonObject root, string key, JsonNode? value, ICollection<string> errors)
    {
        string[] path = key.Split('.');
        JsonNode? node = root;
        foreach (string name in path[..^1])
        {
            var next = Child(node, name);
            if (next is null && node is JsonObject parent && !parent.ContainsKey(name))
                parent[name] = next = new JsonObject(); // an absent section; a wrong name is found by the check that follows
            node = next;
        }

        if (node is JsonObject target)
        {
            target[path[^1]] = value?.DeepClone();
        }
        else if (node is JsonArray array && int.TryParse(path[^1], out int index) && index >= 0 && index < array.Count)
        {
            array[index] = value?.DeepClone();
        }
        else
        {
            errors.Add(
                $"setting '{key}' names nothing in the recipe; a key names sections from the top, such as training.batch or "
                    + "net.layers.conv1.filters."
            );
        }
    }

    private static JsonNode? Child(JsonNode? node, string name) =>
        node switch
        {
            JsonObject section => section[name],
            JsonArray list => list.FirstOrDefault(item => item is JsonObject o && (string?)(o["name"] as JsonValue)?.ToString() == name)
                ?? (int.TryParse(name, out int index) && index >= 0 && index < list.Count ? list[index] : null),
            _ => null,
        };
}
