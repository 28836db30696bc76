using System.Text.Json.Nodes;
using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Describing;

/// <summary>What recipes say for a key.</summary>
public static class KeyValues
{
    /// <summary>The values that a recipe has for a key, each once; none where it has no such section.</summary>
    /// <param name="recipe">The recipe, whose defaults count too.</param>
    /// <param name="key">As <c>--set</c> takes it; <see cref="RecipeKeys.Item"/> stands for every item of a list.</param>
    public static IReadOnlyList<JsonNode> Of(Recipe recipe, string key)
    {
        IEnumerable<JsonNode?> found = [JsonNode.Parse(RecipeJson.Write(recipe))];
        foreach (string name in key.Split('.'))
            found = found.SelectMany(node => Children(node, name));
        return [.. found.OfType<JsonNode>().DistinctBy(node => node.ToJsonString())];
    }

    private static IEnumerable<JsonNode?> Children(JsonNode? node, string name) =>
        node switch
        {
            JsonObject section => [section[name]],
            JsonArray list when name == RecipeKeys.Item => list,
            JsonArray list => list.Where((item, i) => $"{item?["name"]}" == name || FormattableString.Invariant($"{i}") == name),
            _ => [],
        };
}
