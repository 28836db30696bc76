using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AlexNet.Testing;
using Engine.Tests.Engines;

namespace Engine.Tests.Compose;

/// <summary>The compose file, started and stopped as deploy/README.md says.</summary>
public sealed partial class ProfileTests(DockerEngine engine, Undisturbed undisturbed) : IClassFixture<Undisturbed>
{
    private const int SomeSteps = 50;
    private static readonly string[] Processes = ["worker-0", "worker-1", "coordinator"];

    [Fact]
    public async Task The_pages_commands_train_are_watched_stopped_with_ctrl_c_and_go_on_to_the_same_bits()
    {
        await engine.StartAsync();
        string commands = ReadmeCommands.Of("docker compose").TrimEnd();
        await using ComposeProject project = new(engine, "cpu", Undisturbed.Short);
        await using (var up = engine.Shell(commands, environment: Undisturbed.Short))
        {
            await up.WaitForErrorAsync("is Running", ComposeProject.Deadline);
            await project.TrainsBeyondAsync(SomeSteps);
            await AssertWatchedAsync();
            foreach (string service in Processes)
                Assert.Equal("healthy", (await project.StateAsync(service)).Health);
            await InterruptAsync(up);
            await up.ExitCodeAsync(ComposeProject.Deadline);
            await project.EndedAsync(3, Processes);
        }

        await using (var again = engine.Shell("exec docker compose up", "deploy", Undisturbed.Short))
        {
            await project.EndedAsync(0, Processes);
            await undisturbed.AssertSameAsync(await project.RunDirectoryAsync(), replicas: 1);
            await InterruptAsync(again); // Prometheus and Grafana go on
            await again.ExitCodeAsync(ComposeProject.Deadline);
        }

        File.Delete(Path.Combine(engine.Source, "deploy", ".env"));
        foreach (string service in Processes)
            Assert.Empty(Repeated(await project.LogsAsync(service)));
        Assert.DoesNotContain("level=ERROR", await project.LogsAsync("prometheus"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopped_taken_down_and_started_anew_it_goes_on_to_the_same_bits()
    {
        await engine.StartAsync();
        await using ComposeProject project = new(engine, "cpu", Undisturbed.Short);
        await project.RunAsync("up --detach");
        await project.TrainsBeyondAsync(SomeSteps);
        await project.RunAsync("stop");
        foreach (string service in (string[])[.. Processes, "prometheus", "grafana"])
            Assert.True((await project.StateAsync(service)).HasEnded, service);
        await project.EndedAsync(3, Processes);
        await project.RunAsync("down");
        await project.RunAsync("up --detach");
        await project.EndedAsync(0, Processes);
        await undisturbed.AssertSameAsync(await project.RunDirectoryAsync(), replicas: 1);

        await project.RunAsync("up --detach"); // all is done
        await project.EndedAsync(0, Processes);
        await undisturbed.AssertSameAsync(await project.RunDirectoryAsync(), replicas: 1);
    }

    [Fact]
    public async Task A_crash_of_a_worker_of_the_coordinator_and_of_both_costs_no_bit()
    {
        await engine.StartAsync();
        await using ComposeProject project = new(engine, "cpu", Undisturbed.Short);
        await project.RunAsync("up --detach");
        string run = await project.RunDirectoryAsync();
        foreach (
            string[] crash in (string[][])
                [
                    ["worker-1"],
                    ["coordinator"],
                    ["worker-0", "coordinator"],
                ]
        )
        {
            await project.TrainsBeyondAsync(TrainedState.RecordedSteps(run) + SomeSteps);
            foreach (string service in crash)
                await project.CrashAsync(service);
        }

        await project.EndedAsync(0, Processes);
        await undisturbed.AssertSameAsync(run, replicas: 1);
        Assert.Equal(2, (await project.StateAsync("coordinator")).Restarts);
    }

    [Fact]
    public async Task Of_two_replicas_a_crashed_worker_gets_its_weights_from_the_other()
    {
        await engine.StartAsync();
        await using ComposeProject project = new(engine, "cpu-2x2", Undisturbed.Short);
        await project.RunAsync("up --detach");
        await project.TrainsBeyondAsync(SomeSteps);
        await project.CrashAsync("worker-2");
        await project.LoggedAsync("worker-2", "Generation 2: slot");
        await project.EndedAsync(0, [.. Processes, "worker-2", "worker-3"]);
        var start = FirstStep().Match(await project.LogsAsync("worker-2"));
        Assert.True(int.Parse(start.Groups[1].Value, CultureInfo.InvariantCulture) > SomeSteps, "a checkpoint would be of step 40");
        await undisturbed.AssertSameAsync(await project.RunDirectoryAsync(), replicas: 2);
    }

    [Fact]
    public async Task Little_shared_memory_and_few_processors_change_no_bit()
    {
        await engine.StartAsync();
        await using ComposeProject project = new(engine, "cpu", Undisturbed.Short);
        await File.WriteAllTextAsync(
            Path.Combine(engine.Source, "deploy", "small.yml"),
            """
            services:
              worker-0: &small
                shm_size: 64mb
                mem_limit: 1500m
                cpus: 0.9
              worker-1: *small
              coordinator:
                mem_limit: 500m
            """,
            TestContext.Current.CancellationToken
        );
        await project.RunAsync("--file docker-compose.yml --file small.yml up --detach");
        await project.EndedAsync(0, Processes);
        await undisturbed.AssertSameAsync(await project.RunDirectoryAsync(), replicas: 1);
    }

    /// <summary>What the page says can be read while it trains, and all that Prometheus is to scrape.</summary>
    private async Task AssertWatchedAsync()
    {
        using var client = engine.Client();
        string metrics = await client.GetStringAsync(new Uri("http://localhost:5001/metrics"));
        Assert.Contains("lockstep_run_samples_per_second", metrics, StringComparison.Ordinal);
        using (var page = await client.GetAsync(new Uri("http://localhost:5001/")))
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, page.StatusCode); // without an operator's token it is closed
        string dashboards = await client.GetStringAsync(new Uri("http://localhost:3000/etc/grafana/provisioning/dashboards/lockstep.yml"));
        Assert.Contains("/var/lib/grafana/dashboards", dashboards, StringComparison.Ordinal);
        _ = JsonElement.Parse(await client.GetStringAsync(new Uri("http://localhost:3000/var/lib/grafana/dashboards/lockstep.json")));
        await Polling.UntilAsync(
            async () => (await TargetsAsync(client)).Count(t => t.EndsWith(" up", StringComparison.Ordinal)) == Processes.Length,
            async () => $"Prometheus scrapes {string.Join(", ", await TargetsAsync(client))}",
            ComposeProject.Deadline
        );
        var answer = JsonElement.Parse(
            await client.GetStringAsync(new Uri("http://localhost:9090/api/v1/query?query=lockstep_run_samples_per_second"))
        );
        Assert.Equal(1, answer.GetProperty("data").GetProperty("result").GetArrayLength());
    }

    private static async Task<IReadOnlyList<string>> TargetsAsync(HttpClient client) =>
        [
            .. JsonElement
                .Parse(await client.GetStringAsync(new Uri("http://localhost:9090/api/v1/targets")))
                .GetProperty("data")
                .GetProperty("activeTargets")
                .EnumerateArray()
                .Select(t => $"{t.GetProperty("labels").GetProperty("instance")} {t.GetProperty("health")}"),
        ];

    /// <summary>Messages that a log repeats for each health check or scrape: more than ten times, at other times.</summary>
    private static IEnumerable<string> Repeated(string log) =>
        log.Split('\n').Select(line => line.Split(' ', 2).Last()).GroupBy(line => line).Where(g => g.Count() > 10).Select(g => g.Key);

    /// <summary>What a terminal does at Ctrl-C: all processes of its foreground group get the signal.</summary>
    private static async Task InterruptAsync(ProgramProcess compose)
    {
        using var signal = System.Diagnostics.Process.Start("kill", ["-INT", "--", $"-{compose.Id}"]);
        await signal.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex(@"Generation 2: slot .* from step (\d+)")]
    private static partial Regex FirstStep();
}
