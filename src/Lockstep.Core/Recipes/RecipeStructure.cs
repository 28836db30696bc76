using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Lockstep.Core.Recipes;

/// <summary>
/// Holds JSON against the recipe types and reports every unknown key, missing key and value of the wrong kind at once;
/// the serialiser alone would stop at the first.
/// </summary>
internal static class RecipeStructure
{
    public static void Check(JsonNode? node, Type type, string path, ICollection<string> errors)
    {
        var info = RecipeJson.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        if (info.Kind == JsonTypeInfoKind.Object && node is JsonObject section)
        {
            CheckSection(section, info, path, errors);
        }
        else if (info.Kind == JsonTypeInfoKind.Enumerable && node is JsonArray list && info.ElementType is { } element)
        {
            for (int i = 0; i < list.Count; i++)
                Check(list[i], element, $"{path}[{NameOf(list[i]) ?? i.ToString()}]", errors);
        }
        else
        {
            CheckValue(node, type, path, errors);
        }
    }

    private static void CheckSection(JsonObject section, JsonTypeInfo info, string path, ICollection<string> errors)
    {
        string? discriminator = info.PolymorphismOptions?.TypeDiscriminatorPropertyName;
        if (discriminator is not null && info.PolymorphismOptions is { DerivedTypes: var kinds })
        {
            string? kind = section[discriminator]?.ToString();
            var chosen = kinds.FirstOrDefault(k => (string?)k.TypeDiscriminator == kind);
            if (chosen.DerivedType is null)
            {
                errors.Add(
                    $"'{Join(path, discriminator)}' is {Quote(kind)}; it must be one of "
                        + $"{string.Join(", ", kinds.Select(k => k.TypeDiscriminator))}."
                );
                return;
            }
            info = RecipeJson.Options.GetTypeInfo(chosen.DerivedType);
        }

        var known = info.Properties.Where(p => p.Set is not null).ToDictionary(p => p.Name); // what is computed cannot be set
        foreach (var (key, value) in section)
        {
            if (key == discriminator)
                continue;
            if (known.TryGetValue(key, out var property))
            {
                if (value is not null || !property.IsSetNullable)
                    Check(value, property.PropertyType, Join(path, key), errors);
            }
            else
            {
                errors.Add($"'{Join(path, key)}' is unknown; known here are {string.Join(", ", known.Keys.Order())}.");
            }
        }
        foreach (var missing in info.Properties.Where(p => p.IsRequired && !section.ContainsKey(p.Name)))
            errors.Add($"'{Join(path, missing.Name)}' is missing.");
    }

    private static void CheckValue(JsonNode? node, Type type, string path, ICollection<string> errors)
    {
        try
        {
            if (node is null)
                throw new JsonException();
            if (node.Deserialize(type, RecipeJson.Options) is double number && !double.IsFinite(number))
                errors.Add($"'{path}' is {Quote(node.ToJsonString())}, which is too large a number; its amount must be at most 1.79e308.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            errors.Add($"'{path}' is {Quote(node?.ToJsonString())}; it must be {Describe(type)}.");
        }
    }

    private static string Describe(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
            return "one of " + string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName));
        if (type == typeof(int) || type == typeof(long))
            return "a whole number";
        if (type == typeof(double))
            return "a number";
        if (type == typeof(string))
            return "a text";
        return typeof(System.Collections.IEnumerable).IsAssignableFrom(type) ? "a list" : "a section { ... }";
    }

    private static string? NameOf(JsonNode? node) => node is JsonObject o && o["name"] is JsonValue name ? name.ToString() : null;

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static string Quote(string? value) => value is null ? "null" : $"'{value.Trim('"')}'";
}
