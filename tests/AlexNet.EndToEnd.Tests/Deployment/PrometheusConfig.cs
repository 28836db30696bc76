namespace AlexNet.EndToEnd.Tests.Deployment;

/// <summary>deploy/prometheus/prometheus.yml.</summary>
internal sealed class PrometheusConfig
{
    public Dictionary<string, string> Global { get; set; } = [];

    public List<string> RuleFiles { get; set; } = [];

    public List<PrometheusJob> ScrapeConfigs { get; set; } = [];

    public static PrometheusConfig Read() => Yaml.Read<PrometheusConfig>("deploy/prometheus/prometheus.yml");

    /// <summary>Every host:port that it scrapes, or would if there were such a host.</summary>
    public IEnumerable<string> Targets => ScrapeConfigs.SelectMany(job =>
        job.StaticConfigs.SelectMany(c => c["targets"]).Concat(job.DnsSdConfigs.SelectMany(dns => dns.Names.Select(name => $"{name}:{dns.Port}"))));
}
