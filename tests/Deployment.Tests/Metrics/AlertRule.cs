namespace Deployment.Tests.Metrics;

/// <summary>One alert of deploy/prometheus/rules.yml.</summary>
internal sealed class AlertRule
{
    public string Alert { get; set; } = "";

    public string Expr { get; set; } = "";

    public string For { get; set; } = "";

    public Dictionary<string, string> Labels { get; set; } = [];

    public Dictionary<string, string> Annotations { get; set; } = [];

    public static IReadOnlyList<AlertRule> Read() =>
        [.. Yaml.Read<RuleFile>("deploy/prometheus/rules.yml").Groups.SelectMany(g => g.Rules)];

    private sealed class RuleFile
    {
        public List<RuleGroup> Groups { get; set; } = [];
    }

    private sealed class RuleGroup
    {
        public string Name { get; set; } = "";

        public List<AlertRule> Rules { get; set; } = [];
    }
}
