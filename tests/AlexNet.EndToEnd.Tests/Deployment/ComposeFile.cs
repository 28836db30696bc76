using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace AlexNet.EndToEnd.Tests.Deployment;

/// <summary>deploy/docker-compose.yml.</summary>
internal sealed partial class ComposeFile
{
    public string Name { get; set; } = "";

    [YamlMember(Alias = "x-worker", ApplyNamingConventions = false)]
    public object? WorkerTemplate { get; set; }

    [YamlMember(Alias = "x-worker-environment", ApplyNamingConventions = false)]
    public object? WorkerEnvironmentTemplate { get; set; }

    public Dictionary<string, ComposeService> Services { get; set; } = [];

    public Dictionary<string, object?> Volumes { get; set; } = [];

    public static ComposeFile Read() => Yaml.Read<ComposeFile>("deploy/docker-compose.yml");

    /// <summary>Puts variables in as docker compose does: <c>${NAME}</c>, <c>${NAME:-default}</c>, <c>${NAME:?complaint}</c>.</summary>
    /// <exception cref="InvalidOperationException">A required one is not set; the complaint.</exception>
    public static string Fill(string text, IReadOnlyDictionary<string, string> variables) => Variable().Replace(text, match =>
    {
        if (variables.GetValueOrDefault(match.Groups["name"].Value) is { Length: > 0 } value)
            return value;
        return match.Groups["kind"].Value == "?" ? throw new InvalidOperationException($"{match.Groups["name"]} {match.Groups["rest"]}") : match.Groups["rest"].Value;
    });

    [GeneratedRegex(@"\$\{(?<name>\w+)(:(?<kind>[-?])(?<rest>[^}]*))?\}")]
    private static partial Regex Variable();
}
