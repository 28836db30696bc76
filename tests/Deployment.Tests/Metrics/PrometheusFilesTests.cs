using AlexNet.Testing;

namespace Deployment.Tests.Metrics;

/// <summary>deploy/prometheus, read by Prometheus' own tool: the configuration, the rules, and a cause for each of them.</summary>
public sealed class PrometheusFilesTests
{
    private static readonly string Folder = Checkout.PathOf("deploy/prometheus");

    [Theory]
    [InlineData("prometheus.yml")]
    [InlineData("local.yml")]
    public async Task Configuration_IsValidAndFindsItsRules(string file)
    {
        Promtool.Require();
        Assert.Contains("1 rule files found", await Promtool.RunAsync(Folder, "check", "config", file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_EachAlert_FiresOnItsCauseAndNoneInAHealthyRun()
    {
        Promtool.Require();
        await Promtool.RunAsync(Folder, "check", "rules", "rules.yml");
        await Promtool.RunAsync(Folder, "test", "rules", "rules.test.yml");
    }

    [Fact]
    public void Rules_EachAlert_IsTestedFiringAndSilent()
    {
        string tests = File.ReadAllText(Path.Combine(Folder, "rules.test.yml"));
        Assert.All(AlertRule.Read(), rule =>
        {
            Assert.Contains($"eval_time: 59m, alertname: {rule.Alert}, exp_alerts: []", tests, StringComparison.Ordinal);
            Assert.Matches($@"alertname: {rule.Alert}\n +exp_alerts:\n +- exp_labels", tests);
        });
    }

    [Fact]
    public void Rules_EachAlert_SaysWhatHasHappenedAndWhereToReadOn()
    {
        string metrics = File.ReadAllText(Checkout.PathOf("docs/metrics.md"));
        Assert.All(AlertRule.Read(), rule =>
        {
            Assert.Contains(rule.Labels["severity"], (string[])["warning", "critical"]);
            Assert.All((string[])["summary", "description", "runbook"], part => Assert.NotEmpty(rule.Annotations[part]));
            Assert.Contains($"| `{rule.Alert}` |", metrics, StringComparison.Ordinal);
            string[] runbook = rule.Annotations["runbook"].Split('#');
            var headings = File.ReadLines(Checkout.PathOf(runbook[0])).Where(line => line.StartsWith("## ", StringComparison.Ordinal));
            Assert.Contains(runbook[1], headings.Select(h => h[3..].ToLowerInvariant().Replace(' ', '-')));
        });
    }
}
