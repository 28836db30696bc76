using YamlDotNet.Serialization;

namespace AlexNet.EndToEnd.Tests.Deployment;

/// <summary>A service of docker-compose, with the keys that ours use.</summary>
internal sealed class ComposeService
{
    public string Image { get; set; } = "";

    public ComposeBuild? Build { get; set; }

    public Dictionary<string, string> Environment { get; set; } = [];

    [YamlMember(Alias = "depends_on", ApplyNamingConventions = false)]
    public Dictionary<string, Dictionary<string, string>> DependsOn { get; set; } = [];

    public List<string> Volumes { get; set; } = [];

    public List<string> Ports { get; set; } = [];

    public string? ShmSize { get; set; }

    public string? StopGracePeriod { get; set; }

    /// <summary>Its variables with the user's put in.</summary>
    public Dictionary<string, string> Filled(IReadOnlyDictionary<string, string> variables) =>
        Environment.ToDictionary(v => v.Key, v => ComposeFile.Fill(v.Value, variables));
}
