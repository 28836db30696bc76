using System.CommandLine;
using System.Text.Json.Nodes;

namespace Lockstep.Options;

/// <summary>Reads options that may not be given, or that a command may lack.</summary>
internal static class GivenOptions
{
    /// <summary>The value of an option that a command may lack.</summary>
    public static T? Given<T>(this ParseResult parsed, Option<T?> option) =>
        parsed.GetResult(option) is null ? default : parsed.GetValue(option);

    /// <summary>Adds a setting where it has a value.</summary>
    public static void Lay(this ICollection<KeyValuePair<string, JsonNode?>> settings, string key, JsonNode? value)
    {
        if (value is not null)
            settings.Add(new(key, value));
    }
}
