using AlexNet.Testing;

namespace Deployment.Tests.Metrics;

/// <summary>A real Prometheus watches a real run: what the dashboard shows is there, and alerts come when they should.</summary>
public sealed class WatchedRunTests(ITestOutputHelper log)
{
    private const string RateInterval = "1m";

    [Fact]
    public async Task A_healthy_run_has_data_for_every_panel_and_no_alert()
    {
        LongTests.Require();
        await using var run = await WatchedRun.StartAsync();
        await run.Alexnet.WaitForAsync("checkpoint", WatchedRun.Deadline);
        await run.Prometheus.WaitForAsync("count(up == 1)", found => found == 3, WatchedRun.Deadline);
        await run.Prometheus.WaitForAsync("min(lockstep_worker_steps_total)", found => found > 15, WatchedRun.Deadline);
        await run.Prometheus.WaitForAsync(
            $"min(count_over_time(lockstep_worker_steps_total[{RateInterval}]))",
            found => found >= 3,
            WatchedRun.Deadline
        ); // a rate is made of several
        var empty = new List<string>();
        foreach (var panel in Dashboard.Panels)
        {
            foreach (string query in Dashboard.Queries(panel).Select(q => Dashboard.Fill(q, RateInterval)))
            {
                var values = await run.Prometheus.AskAsync(query);
                log.WriteLine(
                    $"{panel.GetProperty("title")}: "
                        + $"{string.Join("; ", values.Take(4))}{(values.Count > 4 ? $"; and {values.Count - 4} more" : "")}"
                );
                if (values.Count == 0 || values.Any(v => double.IsNaN(v.Value)))
                    empty.Add($"{panel.GetProperty("title")}: {query}");
            }
        }
        Assert.Empty(empty);
        Assert.Empty(await run.Prometheus.AskAsync("""ALERTS{alertstate="firing"}"""));
        Assert.Equal(
            AlertRule.Read().Select(r => r.Alert).Order(StringComparer.Ordinal),
            (await run.Prometheus.HealthyRulesAsync()).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("KILL", "lost")]
    [InlineData("STOP", "hung")]
    public async Task A_worker_that_is_lost_or_hangs_raises_the_alert_that_names_the_cause(string signal, string cause)
    {
        LongTests.Require();
        await using var run = await WatchedRun.StartAsync();
        var started = await run.Alexnet.WaitForAsync("started", WatchedRun.Deadline);
        // it has been seen healthy
        await run.Prometheus.WaitForAsync("sum(lockstep_run_restarts_total)", found => found == 0, WatchedRun.Deadline);
        Assert.Empty(await run.Prometheus.AskAsync("""ALERTS{alertstate="firing"}"""));
        int victim = started.GetProperty("workers")[1].GetProperty("pid").GetInt32();
        await using var kill = ProgramProcess.Start("kill", [$"-{signal}", $"{victim}"]);
        await kill.SucceedAsync(WatchedRun.Deadline);
        await run.Prometheus.WaitForAsync(
            $$"""ALERTS{alertname="LockstepWorkerLost",alertstate="firing",cause="{{cause}}"}""",
            found => found == 1,
            WatchedRun.Deadline
        );
        var alerts = await run.Prometheus.AskAsync("""count by (alertname, cause) (ALERTS{alertstate="firing"})""");
        log.WriteLine(string.Join("; ", alerts));
        Assert.Single(alerts); // and no other
        await run.Prometheus.WaitForAsync("lockstep_run_generation", found => found == 2, WatchedRun.Deadline);
        await run.Prometheus.WaitForAsync("""sum(lockstep_run_workers{stage="ready"})""", found => found == 2, WatchedRun.Deadline);
    }

    [Fact]
    public async Task A_worker_whose_machine_is_slow_raises_the_alert_that_names_it()
    {
        LongTests.Require();
        await using var run = await WatchedRun.StartAsync();
        var started = await run.Alexnet.WaitForAsync("started", WatchedRun.Deadline);
        var slow = started.GetProperty("workers")[1];
        await run.Prometheus.WaitForAsync("max(lockstep_run_straggler_ratio)", found => found < 1.5, WatchedRun.Deadline);
        await using var brake = Brake(slow.GetProperty("pid").GetInt32());
        string alert = $$"""ALERTS{alertname="LockstepStraggler",alertstate="firing",worker="{{slow.GetProperty("id").GetString()}}"}""";
        await run.Prometheus.WaitForAsync(alert, found => found == 1, 2 * WatchedRun.Deadline);
        log.WriteLine(string.Join("; ", await run.Prometheus.AskAsync("lockstep_run_straggler_ratio")));
        Assert.Single(await run.Prometheus.AskAsync("""ALERTS{alertstate="firing"}""")); // and no other
    }

    /// <summary>A process gets a tenth of the time only, as on a machine that others use.</summary>
    private static ProgramProcess Brake(int processId) =>
        ProgramProcess.Start(
            "sh",
            ["-c", "while kill -STOP \"$1\"; do sleep 0.18; kill -CONT \"$1\"; sleep 0.02; done", "sh", $"{processId}"]
        );
}
