using AlexNet.Testing;

namespace AlexNet.EndToEnd.Tests.Metrics;

/// <summary>docs/metrics.md tells the truth, and Prometheus' own tool finds nothing to mend.</summary>
public sealed class MetricsDocumentTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Every_metric_of_a_run_is_documented_and_every_documented_metric_is_there()
    {
        LongTests.Require();
        PrometheusServer.Require();
        using var folder = new TemporaryFolder();
        int port = FreePorts.Consecutive(3);
        // two steps an epoch: an evaluation comes soon, and there are epochs enough to still train then
        await using var alexnet = AlexnetProcess.Train(
            folder["run"], "quickstart", "--metrics-port", $"{port}", "--epochs", "1000", "--batch", "64", "--set", "data.generated.train=128", "--set", "data.generated.test=64");
        await alexnet.WaitForAsync("epoch", Deadline);
        await alexnet.WaitForAsync("step", Deadline, e => e.GetProperty("epoch").GetInt32() == 2);

        var cancellation = TestContext.Current.CancellationToken;
        using var http = new HttpClient();
        string[] pages =
        [
            await http.GetStringAsync($"http://127.0.0.1:{port}/metrics", cancellation),
            await http.GetStringAsync($"http://127.0.0.1:{port + 1}/metrics", cancellation),
        ];
        var documented = MetricsDocument.Documented(await File.ReadAllTextAsync(Repository.PathOf("docs/metrics.md"), cancellation));
        Assert.Equal(
            documented.OrderBy(m => m.Name, StringComparer.Ordinal),
            pages.SelectMany(MetricsDocument.Exposed).Distinct().OrderBy(m => m.Name, StringComparer.Ordinal));
        foreach (string page in pages)
            await CheckAsync(page, folder);
    }

    private static async Task CheckAsync(string page, TemporaryFolder folder)
    {
        string file = folder["page.txt"];
        await File.WriteAllTextAsync(file, page);
        await using var promtool = ProgramProcess.Start("sh", ["-c", "promtool check metrics < \"$1\"", "sh", file]);
        await promtool.SucceedAsync(Deadline);
        Assert.Equal("", promtool.Error + string.Concat(promtool.Output)); // it writes its advice there and succeeds all the same
    }
}
