using AlexNet.Testing;

namespace Deployment.Tests.Metrics;

/// <summary>
/// The dashboard fits together: what Grafana would show wrongly without a word. That each panel has data is seen in a real run.
/// </summary>
public sealed class DashboardTests
{
    private const int Columns = 24;

    [Fact]
    public void Panels_Numbers_AreUnique()
    {
        var numbers = Dashboard.Read().GetProperty("panels").EnumerateArray().Select(p => p.GetProperty("id").GetInt32()).ToList();
        Assert.Equal(numbers.Distinct(), numbers);
    }

    [Fact]
    public void Panels_Places_AreOnTheGridAndDoNotOverlap()
    {
        var taken = new HashSet<(int, int)>();
        foreach (var place in Dashboard.Read().GetProperty("panels").EnumerateArray().Select(p => p.GetProperty("gridPos")))
        {
            int Of(string side) => place.GetProperty(side).GetInt32();
            Assert.True(Of("x") + Of("w") <= Columns, $"{place}");
            foreach (int x in Enumerable.Range(Of("x"), Of("w")))
            {
                foreach (int y in Enumerable.Range(Of("y"), Of("h")))
                    Assert.True(taken.Add((x, y)), $"{place}");
            }
        }
    }

    [Fact]
    public void Panels_EachOne_SaysWhatItShowsAndAsksTheChosenDataSource() => Assert.All(Dashboard.Panels, panel =>
        {
            Assert.NotEmpty(panel.GetProperty("title").GetString() ?? "");
            Assert.NotEmpty(panel.GetProperty("description").GetString() ?? "");
            Assert.NotEmpty(Dashboard.Queries(panel));
            Assert.All(panel.GetProperty("targets").EnumerateArray().Append(panel), e =>
                Assert.Equal("${datasource}", e.GetProperty("datasource").GetProperty("uid").GetString())
            );
        });

    [Fact]
    public void Queries_AndRules_NameDocumentedMetricsOnly()
    {
        var documented = MetricsDocument.Documented(File.ReadAllText(Checkout.PathOf("docs/metrics.md"))).Select(m => m.Name).ToHashSet();
        Assert.All(
            Dashboard.Panels.SelectMany(Dashboard.Queries).Concat(AlertRule.Read().Select(r => r.Expr)).SelectMany(Dashboard.MetricsOf),
            name => Assert.Contains(name, documented)
        );
    }

    [Fact]
    public void Provisioning_Files_LeadToTheDashboard()
    {
        string provider = File.ReadAllText(Checkout.PathOf("deploy/grafana/provisioning/dashboards/lockstep.yml"));
        Assert.Contains("path: /var/lib/grafana/dashboards\n", provider, StringComparison.Ordinal); // where compose mounts them
        string source = File.ReadAllText(Checkout.PathOf("deploy/grafana/provisioning/datasources/prometheus.yml"));
        var variable = Dashboard
            .Read()
            .GetProperty("templating")
            .GetProperty("list")
            .EnumerateArray()
            .First(v => v.GetProperty("name").GetString() == "datasource");
        Assert.Contains($"type: {variable.GetProperty("query").GetString()}\n", source, StringComparison.Ordinal);
    }
}
