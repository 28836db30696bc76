using System.CommandLine;
using System.Text.Json.Nodes;
using Lockstep.Core.Recipes;

namespace Lockstep.Options;

/// <summary>How a command line changes single values of a recipe.</summary>
internal static class RecipeArguments
{
    public static Option<string[]> Set() =>
        new("--set") { Description = "Changes a value of the recipe: KEY=VALUE, such as optimizer.rate=0.02. May be repeated." };

    /// <summary>The settings that <c>--set</c> gave, in their order.</summary>
    /// <param name="texts">As they were typed.</param>
    /// <param name="errors">Receives each that is none.</param>
    public static List<KeyValuePair<string, JsonNode?>> Parse(IEnumerable<string>? texts, ICollection<string> errors)
    {
        var settings = new List<KeyValuePair<string, JsonNode?>>();
        foreach (string text in texts ?? [])
        {
            if (RecipeSettings.Parse(text) is { } setting)
                settings.Add(setting);
            else
                errors.Add($"--set is '{text}'; it must be KEY=VALUE, such as optimizer.rate=0.02.");
        }
        return settings;
    }
}
