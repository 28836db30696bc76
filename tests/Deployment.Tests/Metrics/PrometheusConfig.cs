namespace Deployment.Tests.Metrics;

/// <summary>deploy/prometheus/prometheus.yml.</summary>
internal sealed class PrometheusConfig
{
    public Dictionary<string, string> Global { get; set; } = [];

    public List<string> RuleFiles { get; set; } = [];

    public List<PrometheusJob> ScrapeConfigs { get; set; } = [];

    public static PrometheusConfig Read() => Yaml.Read<PrometheusConfig>("deploy/prometheus/prometheus.yml");

    /// <summary>Every host:port that it scrapes, where the host is there.</summary>
    public IEnumerable<string> Targets => ScrapeConfigs.SelectMany(job => job.Targets);
}
