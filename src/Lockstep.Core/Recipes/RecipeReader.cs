using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Core.Errors;

namespace Lockstep.Core.Recipes;

/// <summary>Turns JSON and settings into a <see cref="Recipe"/> that can run, or throws with everything that is wrong with it.</summary>
public static class RecipeReader
{
    /// <summary>Reads a recipe, lays settings over it (dotted keys, such as <c>optimizer.rate</c>), and checks the whole.</summary>
    /// <param name="json">The text of a recipe.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <param name="settings">Key and value pairs that win over the file.</param>
    /// <exception cref="BadInputException">Anything at all is wrong; every error is listed.</exception>
    public static Recipe Read(string json, string source, IEnumerable<KeyValuePair<string, JsonNode?>>? settings = null)
    {
        var errors = new List<string>();
        var root = Parse(json, source);
        foreach (var (key, value) in settings ?? [])
            RecipeSettings.Apply(root, key, value, errors);

        RecipeStructure.Check(root, typeof(Recipe), "", errors);
        if (errors.Count > 0)
            throw new BadInputException([.. errors.Select(e => $"recipe {source}: {e}")]);

        var recipe = root.Deserialize<Recipe>(RecipeJson.Options) ?? throw new BadInputException($"recipe {source}: it is empty.");
        RecipeRules.Check(recipe, errors);
        return errors.Count == 0 ? recipe : throw new BadInputException([.. errors.Select(e => $"recipe {source}: {e}")]);
    }

    /// <summary>Whether a recipe that was changed after it was read keeps every rule.</summary>
    public static bool IsValid(Recipe recipe)
    {
        var errors = new List<string>();
        RecipeRules.Check(recipe, errors);
        return errors.Count == 0;
    }

    private static JsonObject Parse(string json, string source)
    {
        var options = new JsonDocumentOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            AllowDuplicateProperties = false,
        };
        try
        {
            return JsonNode.Parse(json, documentOptions: options) as JsonObject
                ?? throw new BadInputException($"recipe {source}: it is no JSON object; a recipe starts with '{{'.");
        }
        catch (JsonException e)
        {
            throw new BadInputException($"recipe {source}: it is not valid JSON: {e.Message}");
        }
    }
}
