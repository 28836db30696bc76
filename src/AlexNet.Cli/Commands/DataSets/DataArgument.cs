using System.Text.Json.Nodes;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Objects;

namespace AlexNet.Cli.Commands.DataSets;

/// <summary>
/// What <c>--data</c> means, in every command: a directory, an address in object storage, or <c>generated</c> for pictures drawn from the
/// seed.
/// </summary>
internal static class DataArgument
{
    private const string Generated = "generated";

    /// <summary>The settings of the recipe that it stands for; none where it is not given.</summary>
    /// <param name="text">As it was typed; null where it was not.</param>
    /// <param name="errors">Receives what is wrong with it.</param>
    public static IReadOnlyList<KeyValuePair<string, JsonNode?>> Settings(string? text, ICollection<string> errors)
    {
        switch (text)
        {
            case null:
                return [];
            case Generated:
                return [new("data.kind", Generated), new("data.path", null)];
            case "":
                errors.Add($"--data is empty; it must name the directory of the data set, or be '{Generated}'.");
                return [];
            default:
                return [new("data.path", ObjectAddress.FullPath(text))];
        }
    }

    /// <summary>Whether the pictures are to be drawn from the seed.</summary>
    public static bool IsGenerated(string text) => text == Generated;

    /// <summary>Refuses settings that would change nothing.</summary>
    /// <returns>Those that do no harm, as sentences.</returns>
    /// <exception cref="BadInputException">One would mislead, such as a directory of pictures that is not read.</exception>
    public static IReadOnlyList<string> RefuseIdle(Recipe recipe, IEnumerable<KeyValuePair<string, JsonNode?>> settings)
    {
        var idle = recipe.IdleSettings([.. settings.Select(s => s.Key)]);
        string[] harmful = [.. idle.Where(i => !i.IsHarmless).Select(i => i.Message)];
        return harmful.Length == 0 ? [.. idle.Select(i => i.Message)] : throw new BadInputException(harmful);
    }
}
