using System.Text.RegularExpressions;

namespace Deployment.Tests.Compose;

/// <summary>deploy/docker-compose.yml.</summary>
internal sealed partial class ComposeFile
{
    public string Name { get; set; } = "";

    public Dictionary<string, ComposeService> Services { get; set; } = [];

    public Dictionary<string, object?> Volumes { get; set; } = [];

    /// <summary>
    /// One of the files in <c>deploy/</c>. Its templates, whose names begin with <c>x-</c>, are seen where they are used.
    /// </summary>
    public static ComposeFile Read(string name = "docker-compose.yml")
    {
        var document = Yaml.Read<Dictionary<string, object>>("deploy/" + name);
        return Yaml.Parse<ComposeFile>(
            Yaml.Write(document.Where(entry => !entry.Key.StartsWith("x-", StringComparison.Ordinal)).ToDictionary())
        );
    }

    /// <summary>The services that a profile starts; those without a profile are always started.</summary>
    public Dictionary<string, ComposeService> Of(string profile) =>
        Services.Where(s => s.Value.Profiles.Count == 0 || s.Value.Profiles.Contains(profile)).ToDictionary();

    /// <summary>Puts variables in as docker compose does: <c>${NAME}</c>, <c>${NAME:-default}</c>, <c>${NAME:?complaint}</c>.</summary>
    /// <exception cref="InvalidOperationException">A required one is not set; the complaint.</exception>
    public static string Fill(string text, IReadOnlyDictionary<string, string> variables) =>
        Variable()
            .Replace(text, match =>
            {
                if (variables.GetValueOrDefault(match.Groups["name"].Value) is { Length: > 0 } value)
                    return value;
                return match.Groups["kind"].Value == "?"
                    ? throw new InvalidOperationException($"{match.Groups["name"]} {match.Groups["rest"]}")
                    : match.Groups["rest"].Value;
            });

    [GeneratedRegex(@"\$\{(?<name>\w+)(:(?<kind>[-?])(?<rest>[^}]*))?\}")]
    private static partial Regex Variable();
}
