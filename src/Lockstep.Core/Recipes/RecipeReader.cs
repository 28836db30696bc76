using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Core.Errors;

namespace Lockstep.Core.Recipes;

/// <summary>Turns JSON and settings into a recipe that can run, or throws with everything that is wrong with it.</summary>
/// <typeparam name="TRecipe">The application's.</typeparam>
public sealed class RecipeReader<TRecipe> : IRecipeReader<TRecipe>
    where TRecipe : RunRecipe
{
    /// <inheritdoc/>
    public TRecipe Read(string json, string source, IEnumerable<KeyValuePair<string, JsonNode?>>? settings = null)
    {
        var errors = new List<string>();
        var root = Parse(json, source);
        foreach (var (key, value) in settings ?? [])
            RecipeSettings.Apply(root, key, value, errors);

        RecipeStructure.Check(root, typeof(TRecipe), "", errors);
        if (errors.Count > 0)
            throw new BadInputException([.. errors.Select(e => $"recipe {source}: {e}")]);

        var recipe = root.Deserialize<TRecipe>(RecipeJson.Options) ?? throw new BadInputException($"recipe {source}: it is empty.");
        recipe.Check(errors);
        return errors.Count == 0 ? recipe : throw new BadInputException([.. errors.Select(e => $"recipe {source}: {e}")]);
    }

    /// <summary>Whether a recipe that was changed after it was read keeps every rule.</summary>
    public bool IsValid(TRecipe recipe)
    {
        var errors = new List<string>();
        recipe.Check(errors);
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
                ?? throw new BadInputException($"recipe {source}: it is not a JSON object; a recipe starts with '{{'.");
        }
        catch (JsonException e)
        {
            throw new BadInputException($"recipe {source}: it is not valid JSON: {e.Message}");
        }
    }
}
