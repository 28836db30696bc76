namespace Deployment.Tests.Metrics;

/// <summary>One job of prometheus.yml.</summary>
internal sealed class PrometheusJob
{
    public string JobName { get; set; } = "";

    public List<Dictionary<string, List<string>>> StaticConfigs { get; set; } = [];

    public List<PrometheusNames> DnsSdConfigs { get; set; } = [];

    public List<Dictionary<string, object>> RelabelConfigs { get; set; } = [];

    public IEnumerable<string> Targets =>
        StaticConfigs.SelectMany(c => c["targets"]).Concat(DnsSdConfigs.SelectMany(c => c.Names.Select(name => $"{name}:{c.Port}")));
}
