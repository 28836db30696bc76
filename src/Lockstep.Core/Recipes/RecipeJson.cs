using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Lockstep.Core.Recipes;

/// <summary>How recipes look as JSON: camel case, enumerations as kebab-case words, comments allowed, nothing unknown.</summary>
public static class RecipeJson
{
    /// <summary>The one set of options for reading and writing recipes.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>The resolved recipe as indented JSON.</summary>
    public static string Write(RunRecipe recipe) => JsonSerializer.Serialize(recipe, recipe.GetType(), Options);

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // files and terminals, no web page
            ReadCommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            AllowOutOfOrderMetadataProperties = true,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            NumberHandling = JsonNumberHandling.Strict,
            RespectNullableAnnotations = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        options.MakeReadOnly();
        return options;
    }
}
