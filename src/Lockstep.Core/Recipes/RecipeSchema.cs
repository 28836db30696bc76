using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Lockstep.Core.Recipes;

/// <summary>
/// The JSON schema of an application's recipes, which editors complete and check by: for every key its kind, description, default and
/// range.
/// </summary>
public static class RecipeSchema
{
    /// <summary>Makes the schema of a type of recipes.</summary>
    /// <param name="describe">What a property, a type or a word of an enumeration means; null where nobody says.</param>
    public static string Of<TRecipe>(Func<MemberInfo, string?> describe)
        where TRecipe : RunRecipe
    {
        var exporter = new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Annotate(context, node, typeof(TRecipe), describe),
        };
        return RecipeJson.Options.GetJsonSchemaAsNode(typeof(TRecipe), exporter).ToJsonString(RecipeJson.Options) + "\n";
    }

    private static JsonNode Annotate(JsonSchemaExporterContext context, JsonNode node, Type recipe, Func<MemberInfo, string?> describe)
    {
        if (node is not JsonObject schema)
            return node;
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (context.PropertyInfo is { } property)
            AnnotateProperty(property, schema, recipe, describe);
        else if (context.BaseTypeInfo is not null)
            Describe(schema, describe(type));
        if (type.IsEnum)
            DescribeWords(type, schema, describe);
        DescribeKinds(context.TypeInfo, schema, describe);
        return schema;
    }

    private static void AnnotateProperty(JsonPropertyInfo property, JsonObject schema, Type recipe, Func<MemberInfo, string?> describe)
    {
        if (property.AttributeProvider is MemberInfo member)
            Describe(schema, describe(member));
        if (!property.IsRequired && Default(property, recipe) is var (value, isKnown) && isKnown)
            schema["default"] = value;
        if (RecipeRanges.Of(property) is not { } range)
            return;
        var numbers = schema;
        while (numbers["items"] is JsonObject items)
            numbers = items;
        Bound(numbers, "minimum", range.AtLeast);
        Bound(numbers, "exclusiveMinimum", range.Above);
        Bound(numbers, "maximum", range.AtMost);
        Bound(numbers, "exclusiveMaximum", range.Below);
        if (range.OneOf.Length > 0)
            numbers["enum"] = new JsonArray([.. range.OneOf.Select(v => JsonValue.Create(v))]);
    }

    private static void Describe(JsonObject schema, string? text)
    {
        if (text is not null)
            schema.Insert(0, "description", text);
    }

    private static void Bound(JsonObject schema, string keyword, double value)
    {
        if (double.IsFinite(value))
            schema[keyword] = value;
    }

    /// <summary>What a new section has without a word.</summary>
    private static (JsonNode? Value, bool IsKnown) Default(JsonPropertyInfo property, Type recipe)
    {
        var declaring = property.DeclaringType;
        var owner =
            declaring.IsAssignableFrom(recipe) ? recipe
            : declaring.IsAbstract ? RecipeJson.Options.GetTypeInfo(declaring).PolymorphismOptions?.DerivedTypes[0].DerivedType
            : declaring;
        if (owner is null || property.Get is not { } get || Activator.CreateInstance(owner) is not { } section)
            return (null, false);
        return (JsonSerializer.SerializeToNode(get(section), property.PropertyType, RecipeJson.Options), true);
    }

    private static void DescribeWords(Type type, JsonObject schema, Func<MemberInfo, string?> describe)
    {
        string?[] texts = [.. Enum.GetNames(type).Select(name => type.GetField(name)).Select(f => f is null ? null : describe(f))];
        if (texts.Any(t => t is not null))
            schema["enumDescriptions"] = new JsonArray([.. texts.Select(t => JsonValue.Create(t ?? ""))]);
    }

    /// <summary>The word that tells the kinds of a section apart.</summary>
    private static void DescribeKinds(JsonTypeInfo info, JsonObject schema, Func<MemberInfo, string?> describe)
    {
        if (info.PolymorphismOptions is not { TypeDiscriminatorPropertyName: { } kind, DerivedTypes: var kinds })
            return;
        foreach (var (form, derived) in (schema["anyOf"]?.AsArray() ?? []).OfType<JsonObject>().Zip(kinds))
        {
            if (form["properties"]?[kind] is JsonObject word && word["description"] is null)
                Describe(word, describe(derived.DerivedType));
        }
    }
}
