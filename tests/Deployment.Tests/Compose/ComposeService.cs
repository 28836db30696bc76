using YamlDotNet.Serialization;

namespace Deployment.Tests.Compose;

/// <summary>A service of docker-compose, with the keys that ours use; another one is an error.</summary>
internal sealed class ComposeService
{
    public string Image { get; set; } = "";

    public ComposeBuild? Build { get; set; }

    public List<string> Profiles { get; set; } = [];

    public Dictionary<string, string> Environment { get; set; } = [];

    public Dictionary<string, Dictionary<string, List<string>>> Networks { get; set; } = [];

    public List<string> Volumes { get; set; } = [];

    public List<string> Tmpfs { get; set; } = [];

    public List<string> Ports { get; set; } = [];

    public Dictionary<string, object>? Deploy { get; set; }

    [YamlMember(Alias = "read_only", ApplyNamingConventions = false)]
    public bool ReadOnly { get; set; }

    [YamlMember(Alias = "cap_drop", ApplyNamingConventions = false)]
    public List<string> CapDrop { get; set; } = [];

    [YamlMember(Alias = "security_opt", ApplyNamingConventions = false)]
    public List<string> SecurityOpt { get; set; } = [];

    public string? Restart { get; set; }

    public string? ShmSize { get; set; }

    public string? StopGracePeriod { get; set; }

    /// <summary>Its variables with the user's put in.</summary>
    public Dictionary<string, string> Filled(IReadOnlyDictionary<string, string> variables) =>
        Environment.ToDictionary(v => v.Key, v => ComposeFile.Fill(v.Value, variables));
}
