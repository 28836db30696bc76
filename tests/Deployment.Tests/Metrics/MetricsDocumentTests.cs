using AlexNet.Testing;

namespace Deployment.Tests.Metrics;

/// <summary>docs/metrics.md tells the truth, and Prometheus' own tool finds nothing to mend.</summary>
public sealed class MetricsDocumentTests
{
    private static readonly string[] OnAGpuOnly = ["lockstep_worker_device_utilization_ratio"];

    [Fact]
    public async Task Every_metric_of_a_run_is_documented_and_every_documented_metric_is_there()
    {
        LongTests.Require();
        await using var run = await WatchedRun.StartAsync();
        await run.Alexnet.WaitForAsync("checkpoint", WatchedRun.Deadline); // and so evaluations before it
        await run.Alexnet.WaitForAsync("step", WatchedRun.Deadline, e => e.GetProperty("step").GetInt32() == 12);

        var cancellation = TestContext.Current.CancellationToken;
        using var http = new HttpClient();
        string[] pages =
        [
            await http.GetStringAsync($"http://127.0.0.1:{run.Port}/metrics", cancellation),
            await http.GetStringAsync($"http://127.0.0.1:{run.Port + 1}/metrics", cancellation),
        ];
        var documented = MetricsDocument.Documented(await File.ReadAllTextAsync(Checkout.PathOf("docs/metrics.md"), cancellation));
        IEnumerable<Metric> Here(IEnumerable<Metric> metrics) =>
            metrics.Where(m => !OnAGpuOnly.Contains(m.Name)).Distinct().OrderBy(m => m.Name, StringComparer.Ordinal);
        Assert.Equal(Here(documented), Here(pages.SelectMany(MetricsDocument.Exposed)));
        foreach (string page in pages)
            await CheckAsync(page);
    }

    private static async Task CheckAsync(string page)
    {
        using var folder = new TemporaryFolder();
        string file = folder["page.txt"];
        await File.WriteAllTextAsync(file, page);
        await using var promtool = ProgramProcess.Start("sh", ["-c", "promtool check metrics < \"$1\"", "sh", file]);
        await promtool.SucceedAsync(WatchedRun.Deadline);
        Assert.Equal("", promtool.Error + string.Concat(promtool.Output)); // it writes its advice there and succeeds all the same
    }
}
