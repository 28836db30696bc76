using System.Diagnostics;
using System.Text.Json;
using AlexNet.Testing;
using Engine.Tests.Engines;

namespace Engine.Tests.Compose;

/// <summary>deploy/docker-compose.yml on the engine, and the run that it trains. Disposing removes containers and volumes.</summary>
/// <param name="engine">Where it runs.</param>
/// <param name="profile">Which workers.</param>
/// <param name="settings">Variables of the user's shell.</param>
internal sealed class ComposeProject(DockerEngine engine, string profile, Dictionary<string, string?> settings) : IAsyncDisposable
{
    private const string OperatorToken = "0123456789abcdef-operator";
    private const string Token = "0123456789abcdef-run";

    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(6);

    private readonly Dictionary<string, string?> _environment = new(settings)
    {
        ["COMPOSE_PROFILES"] = profile,
        ["ALEXNET_TOKEN"] = Token,
        ["ALEXNET_OPERATOR_TOKEN"] = OperatorToken,
    };

    private string Coordinator => profile.EndsWith("2x2", StringComparison.Ordinal) ? "coordinator-2x2" : "coordinator";

    /// <summary>The run directory, as the machine sees it.</summary>
    public async Task<string> RunDirectoryAsync() =>
        Path.Combine((await engine.DockerAsync("volume", "inspect", "--format", "{{.Mountpoint}}", "alexnet_runs")).Trim(), "quickstart");

    /// <summary>Starts <c>docker compose</c> with arguments, in <c>deploy/</c>, with the profile in its variable.</summary>
    public ProgramProcess Start(string arguments, params IEnumerable<KeyValuePair<string, string?>> variables) =>
        engine.Shell($"exec docker compose {arguments}", "deploy", _environment.Concat(variables));

    /// <summary>Runs it to its end.</summary>
    public async Task RunAsync(string arguments, params IEnumerable<KeyValuePair<string, string?>> variables)
    {
        await using var compose = Start(arguments, variables);
        await compose.SucceedAsync(Deadline);
    }

    public async Task<ContainerState> StateAsync(string service) =>
        ContainerState.Of(JsonElement.Parse(await engine.DockerAsync("inspect", $"alexnet-{NameOf(service)}-1"))[0]);

    /// <summary>What a service has logged since its container was made.</summary>
    public async Task<string> LogsAsync(string service)
    {
        await using var logs = engine.Docker("logs", $"alexnet-{NameOf(service)}-1");
        await logs.SucceedAsync(Deadline);
        return string.Join('\n', logs.Output) + '\n' + logs.Error;
    }

    /// <summary>Returns once a service has logged a text.</summary>
    public Task LoggedAsync(string service, string text) =>
        Polling.UntilAsync(
            async () => (await LogsAsync(service)).Contains(text, StringComparison.Ordinal),
            async () => $"{service} has not logged '{text}' but: {Tail(await LogsAsync(service))}",
            Deadline
        );

    /// <summary>Returns once the run has recorded more steps than so many.</summary>
    public async Task TrainsBeyondAsync(int step)
    {
        string run = await RunDirectoryAsync();
        await Polling.UntilAsync(
            () => Task.FromResult(TrainedState.RecordedSteps(run) > step),
            async () =>
                $"{TrainedState.RecordedSteps(run)} steps are recorded; the coordinator logged: {Tail(await LogsAsync("coordinator"))}",
            Deadline
        );
    }

    /// <summary>Returns once each of the services has ended for good with an exit code.</summary>
    public async Task EndedAsync(int code, params IEnumerable<string> services)
    {
        foreach (string service in services)
        {
            await Polling.UntilAsync(
                async () => await StateAsync(service) is { HasEnded: true } state && state.ExitCode == code,
                async () => $"{service} is {await StateAsync(service)}; it logged: {Tail(await LogsAsync(service))}",
                Deadline
            );
        }
    }

    /// <summary>Its first process ends as in a crash: by SIGKILL that nobody asked the engine for.</summary>
    public async Task CrashAsync(string service)
    {
        using var process = Process.GetProcessById((await StateAsync(service)).ProcessId);
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Presses a button of the status page.</summary>
    public async Task ActAsync(string action)
    {
        using var client = engine.Client();
        await OperatorPage.ActAsync("http://localhost:5001", OperatorToken, action, client);
    }

    public async ValueTask DisposeAsync() => await RunAsync("down --volumes --timeout 2");

    private string NameOf(string service) => service == "coordinator" ? Coordinator : service;

    private static string Tail(string log) => string.Join('\n', log.Split('\n').TakeLast(12));
}
