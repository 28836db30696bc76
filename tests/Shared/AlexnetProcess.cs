using System.Text.Json;

namespace AlexNet.Testing;

/// <summary>
/// <c>alexnet</c>, or another program that trains, as a process, with the events that it writes under <c>--output json</c>.
/// </summary>
internal sealed class AlexnetProcess : IAsyncDisposable
{
    private readonly ProgramProcess _process;

    private AlexnetProcess(ProgramProcess process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Standard error so far.</summary>
    public string Error => _process.Error;

    /// <summary>Every line of standard output so far, each of which must be a JSON object.</summary>
    public IReadOnlyList<JsonElement> Events => [.. _process.Output.Select(Parse)];

    /// <summary>Starts <c>alexnet</c> with any arguments.</summary>
    public static AlexnetProcess Start(params IEnumerable<string> arguments) =>
        new(ProgramProcess.Start(ProgramProcess.Beside("alexnet"), arguments));

    /// <summary>The same in a directory, with variables set, as on another machine.</summary>
    public static AlexnetProcess StartIn(string directory, Dictionary<string, string?> variables, params IEnumerable<string> arguments) =>
        new(ProgramProcess.Start(ProgramProcess.Beside("alexnet"), arguments, variables, directory));

    /// <summary>Starts <c>alexnet train</c> so that it writes events.</summary>
    public static AlexnetProcess Train(string runDirectory, params IEnumerable<string> arguments) =>
        Start(Training(runDirectory, arguments));

    /// <summary>
    /// The same, with a fault injected into a worker, such as <c>kill@1.0:4:reduce</c>: what, replica, shard, step from 0, phase.
    /// </summary>
    public static AlexnetProcess TrainWithFault(string runDirectory, string fault, params IEnumerable<string> arguments) =>
        TrainWith(runDirectory, new() { ["ALEXNET_FAULT"] = fault }, arguments);

    /// <summary>The same, with variables set.</summary>
    public static AlexnetProcess TrainWith(
        string runDirectory,
        Dictionary<string, string?> variables,
        params IEnumerable<string> arguments
    ) => new(ProgramProcess.Start(ProgramProcess.Beside("alexnet"), Training(runDirectory, arguments), variables));

    /// <summary>Starts the command <c>train</c> of a program of the library's users, with variables set.</summary>
    /// <param name="program">Its name; it lies beside the tests.</param>
    /// <param name="runDirectory">Where its run is.</param>
    /// <param name="variables">Beside those of the tests.</param>
    /// <param name="arguments">What follows <c>train</c>.</param>
    public static AlexnetProcess TrainProgram(
        string program,
        string runDirectory,
        Dictionary<string, string?> variables,
        params IEnumerable<string> arguments
    ) => new(ProgramProcess.Start(ProgramProcess.Beside(program), Training(runDirectory, arguments), variables));

    /// <summary>The first event of a kind, past ones included, that fits.</summary>
    /// <exception cref="TimeoutException">None came in time.</exception>
    /// <exception cref="InvalidOperationException">The program ended without one.</exception>
    public async Task<JsonElement> WaitForAsync(string kind, TimeSpan deadline, Func<JsonElement, bool>? fits = null) =>
        Parse(
            await _process.WaitForLineAsync(
                line => Parse(line) is var e && KindOf(e) == kind && (fits?.Invoke(e) ?? true),
                $"a fitting event '{kind}'",
                deadline
            )
        );

    /// <summary>The losses of the steps so far, in their order.</summary>
    public IReadOnlyList<double> Losses => [.. Events.Where(e => KindOf(e) == "step").Select(e => e.GetProperty("loss").GetDouble())];

    /// <summary>What the one event <c>failed</c> says.</summary>
    public string FailureMessage => Events.Single(e => KindOf(e) == "failed").GetProperty("message").GetString() ?? "";

    /// <summary>Its exit code, once it has ended and all its output is read.</summary>
    public Task<int> ExitCodeAsync(TimeSpan deadline) => _process.ExitCodeAsync(deadline);

    /// <summary>Waits for its end, requires exit code 0, and returns the event <c>finished</c>.</summary>
    public async Task<JsonElement> FinishAsync(TimeSpan deadline)
    {
        await _process.SucceedAsync(deadline);
        return Events.Single(e => KindOf(e) == "finished");
    }

    /// <summary>SIGKILL to the command line alone; its coordinator and workers must notice by themselves.</summary>
    public void Kill() => _process.Kill();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static IEnumerable<string> Training(string runDirectory, IEnumerable<string> arguments) =>
        ["train", .. arguments, "--run-dir", runDirectory, "--output", "json", "--no-pictures"];

    private static string? KindOf(JsonElement line) => line.GetProperty("event").GetString();

    private static JsonElement Parse(string line) => JsonElement.Parse(line);
}
