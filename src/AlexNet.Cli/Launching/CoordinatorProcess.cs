using AlexNet.Core.Checkpoints;
using AlexNet.Core.Errors;
using AlexNet.Core.Files;
using AlexNet.Core.Recipes;
using AlexNet.Hosting;
using AlexNet.Hosting.Security;

namespace AlexNet.Cli.Launching;

/// <summary>The coordinator of a run on this machine; started again on the same address when it is lost, it takes the run over from itself.</summary>
internal sealed class CoordinatorProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly TrainRequest _request;
    private readonly RunTokens _tokens;
    private readonly string _logs;
    private int _restarts;

    private CoordinatorProcess(TrainRequest request, RunTokens tokens, string logs)
    {
        (_request, _tokens, _logs) = (request, tokens, logs);
        Process = Start($"127.0.0.1:{request.CoordinatorPort}", $"127.0.0.1:{request.MetricsPort}", request.Resume ? ["--resume", "true"] : []);
        Address = new Announcement("", "");
    }

    public ChildProcess Process { get; private set; }

    /// <summary>Where it listens, as long as the run lasts.</summary>
    public Announcement Address { get; private set; }

    public bool CanStartAgain => _restarts < _request.MostRestarts;

    /// <exception cref="ProcessFailedException">It ended before it listened.</exception>
    public static async Task<CoordinatorProcess> StartAsync(TrainRequest request, RunTokens tokens, string logs, CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(InputFile.Require(RecipePath(request)), RecipeJson.Write(request.Recipe), cancellation);
        var coordinator = new CoordinatorProcess(request, tokens, logs);
        coordinator.Address = await coordinator.ListeningAsync(cancellation);
        return coordinator;
    }

    /// <summary>Starts it again where it was.</summary>
    /// <param name="gone">Workers that have ended: it need not wait for their return.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ProcessFailedException">It ended before it listened.</exception>
    public async Task StartAgainAsync(IEnumerable<string> gone, CancellationToken cancellation)
    {
        _restarts++;
        await Process.DisposeAsync();
        Process = Start(new Uri(Address.Grpc).Authority, new Uri(Address.Http).Authority, ["--take-over", "true", "--gone", string.Join(',', gone)]);
        await ListeningAsync(cancellation);
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static string RecipePath(TrainRequest request) => Path.Combine(request.RunDirectory, CheckpointFiles.Recipe);

    private ChildProcess Start(string listen, string httpListen, IEnumerable<string> how)
    {
        List<string> arguments =
        [
            "--recipe", RecipePath(_request), "--run-dir", _request.RunDirectory, "--supervised", "true",
            "--deadline", FormattableString.Invariant($"{_request.DeadlineSeconds}"), "--grace", FormattableString.Invariant($"{_request.GraceSeconds}"),
            "--max-restarts", $"{_request.MostRestarts}", "--elastic", $"{_request.LeastReplicas}",
            "--listen", listen, "--http-listen", httpListen, .. how,
        ];
        var environment = new Dictionary<string, string>(_request.Certificates?.Coordinator.Variables ?? [])
        {
            [Settings.VariableOf("token")] = _tokens.Join,
            [Settings.VariableOf("operator-token")] = _tokens.Operator ?? "",
        };
        return ChildProcess.Start("coordinator", "AlexNet.Coordinator", arguments, environment, _logs);
    }

    private async Task<Announcement> ListeningAsync(CancellationToken cancellation)
    {
        try
        {
            string line = await Process.FirstLine.WaitAsync(StartTimeout, cancellation);
            return Announcement.Parse(line) ?? throw new ProcessFailedException($"the coordinator wrote '{line}' in place of its addresses.", ExitCodes.Failed);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await Process.Ended.WaitAsync(cancellation);
            throw new ProcessFailedException($"the coordinator {Process.HowEnded()} before it could start: {Process.LastLines()}", Process.FailureCode);
        }
    }
}
