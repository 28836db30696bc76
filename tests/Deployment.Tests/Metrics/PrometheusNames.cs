namespace Deployment.Tests.Metrics;

/// <summary>Host names of prometheus.yml, each a target as long as it resolves.</summary>
internal sealed class PrometheusNames
{
    public List<string> Names { get; set; } = [];

    public string Type { get; set; } = "";

    public int Port { get; set; }

    public string RefreshInterval { get; set; } = "";
}
