namespace AlexNet.EndToEnd.Tests.Deployment;

/// <summary>Targets of prometheus.yml that are looked up by name.</summary>
internal sealed class PrometheusNames
{
    public List<string> Names { get; set; } = [];

    public string Type { get; set; } = "";

    public int Port { get; set; }

    public string RefreshInterval { get; set; } = "";
}
