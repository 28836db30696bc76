using System.Text.Json.Nodes;
using Lockstep.Core.Errors;

namespace Lockstep.Core.Recipes;

/// <summary>Reads an application's recipes, for whoever knows only what all recipes have.</summary>
/// <typeparam name="TRecipe">The application's, or what all recipes have.</typeparam>
public interface IRecipeReader<out TRecipe>
    where TRecipe : RunRecipe
{
    /// <summary>Reads a recipe, lays settings over it (dotted keys, such as <c>optimizer.rate</c>), and checks the whole.</summary>
    /// <param name="json">The text of a recipe.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <param name="settings">Key and value pairs that win over the file.</param>
    /// <exception cref="BadInputException">Anything at all is wrong; every error is listed.</exception>
    TRecipe Read(string json, string source, IEnumerable<KeyValuePair<string, JsonNode?>>? settings = null);
}
