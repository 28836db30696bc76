using System.Text.Json.Nodes;

namespace Lockstep.Core.Texts;

/// <summary>The single values of a JSON document by their dotted keys, such as <c>net.layers[5].dropout</c>.</summary>
public static class DottedValues
{
    /// <summary>Returns every value as JSON, sorted by its key. A document that is a single value has the empty key.</summary>
    public static SortedDictionary<string, string> Of(JsonNode? document)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add("", document, values);
        return values;
    }

    private static void Add(string path, JsonNode? node, SortedDictionary<string, string> values)
    {
        switch (node)
        {
            case JsonObject entries:
                foreach (var (name, value) in entries)
                    Add(path.Length == 0 ? name : $"{path}.{name}", value, values);
                break;
            case JsonArray items:
                for (int i = 0; i < items.Count; i++)
                    Add($"{path}[{i}]", items[i], values);
                break;
            default:
                values[path] = node?.ToJsonString() ?? "null";
                break;
        }
    }
}
