using System.Text.Json.Nodes;

namespace AlexNet.Recipes.Describing;

/// <summary>One key of a recipe.</summary>
/// <param name="Key">
/// Its sections from the top, as <c>--set</c> takes them; <see cref="RecipeKeys.Item"/> stands for an item of a list.
/// </param>
/// <param name="Kinds">The kinds of its section that have it, such as <c>sgd</c>; none where every section has it.</param>
/// <param name="Type">What its value is: a number, a text, a section and so on.</param>
/// <param name="Description">What it means.</param>
/// <param name="IsRequired">Its section must give it.</param>
/// <param name="Default">What it is where nobody gives it, as JSON; null for null, and where it is required.</param>
/// <param name="Range">Which values it may have.</param>
/// <param name="Words">The words of which its value is one, each with its meaning; none for other values.</param>
public sealed record RecipeKey(
    string Key,
    IReadOnlyList<string> Kinds,
    string Type,
    string Description,
    bool IsRequired,
    JsonNode? Default,
    string Range,
    IReadOnlyList<(string Word, string Meaning)> Words
);
