using AlexNet.Testing;

namespace Deployment.Tests.Metrics;

/// <summary>What a newcomer sees first, watched by a real Prometheus.</summary>
public sealed class QuickstartTests(ITestOutputHelper log)
{
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(2),
        Whole = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task Quickstart_reaches_90_percent_while_Prometheus_reads_its_samples_per_second()
    {
        LongTests.Require();
        PrometheusServer.Require();
        using var folder = new TemporaryFolder();
        int port = FreePorts.Consecutive(3); // the coordinator's, then the workers'
        await using var prometheus = await PrometheusServer.StartAsync(
            folder["prometheus"],
            new() { ["coordinator"] = [port], ["worker"] = [port + 1, port + 2] }
        );
        await using var alexnet = AlexnetProcess.Train(folder["run"], "quickstart", "--metrics-port", $"{port}");
        await alexnet.WaitForAsync("step", Start);

        await prometheus.WaitForAsync("count(up == 1)", found => found == 3, Start);
        double run = await prometheus.WaitForAsync("lockstep_run_samples_per_second", found => found > 0, Start);
        double workers = await prometheus.WaitForAsync("sum(rate(lockstep_worker_samples_total[15s]))", found => found > 0, Start);
        double step = await prometheus.WaitForAsync(
            "avg(histogram_quantile(0.5, rate(lockstep_worker_step_duration_seconds_bucket[15s])))",
            found => found > 0,
            Start
        );
        log.WriteLine(
            $"Prometheus, while it trained: run {run:0} images/s, sum over workers {workers:0} images/s, median step {step:0.000} s"
        );

        var finished = await alexnet.FinishAsync(Whole);
        log.WriteLine($"finished: {finished}");
        Assert.True(finished.GetProperty("top1").GetDouble() >= 0.9, $"{finished}");
    }
}
