using AlexNet.Cli.Views;
using AlexNet.Core.Checkpoints;
using AlexNet.Core.Errors;
using AlexNet.Core.Recipes;
using AlexNet.Hosting;
using AlexNet.Protocol.V1;
using Grpc.Core;

namespace AlexNet.Cli.Launching;

/// <summary>
/// A coordinator and the workers of one run as processes of this machine: starts them, follows the run's diary, and leaves none behind.
/// </summary>
internal sealed class LocalCluster(TrainRequest request) : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DeathNotice = TimeSpan.FromSeconds(2); // for the system to report a dead child's status

    private readonly string _token = Tokens.Create();
    private readonly string _logs = Path.Combine(request.RunDirectory, "logs");
    private readonly List<ChildProcess> _workers = [];
    private ChildProcess? _coordinator;

    /// <summary>Runs from start to end and shows it; returns the exit code.</summary>
    /// <exception cref="ProcessFailedException">A process could not start, or ended before the coordinator could tell why.</exception>
    public async Task<int> RunAsync(IRunView view, CancellationToken cancellation)
    {
        Directory.CreateDirectory(_logs);
        var coordinator = await StartCoordinatorAsync(cancellation);
        var environment = new Dictionary<string, string>
        {
            [Settings.VariableOf("token")] = _token,
            ["OMP_NUM_THREADS"] = $"{request.Threads}",
            ["MKL_NUM_THREADS"] = $"{request.Threads}",
        };
        for (int rank = 0; rank < request.Topology.Workers; rank++)
            _workers.Add(ChildProcess.Start($"w{rank}", "AlexNet.Worker", WorkerArguments(coordinator, rank), GpuOf(rank, environment), _logs));

        using var channel = ControlChannel.To(new Uri(coordinator.Grpc));
        using var watch = new Protocol.V1.Coordinator.CoordinatorClient(channel).Watch(new WatchRequest { Token = _token }, cancellationToken: cancellation);
        return await FollowAsync(watch.ResponseStream, view, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        // all are told before any is waited for
        await Task.WhenAll(_workers.Append(_coordinator).OfType<ChildProcess>().Select(child => child.DisposeAsync().AsTask()).ToList());
    }

    private async Task<Announcement> StartCoordinatorAsync(CancellationToken cancellation)
    {
        string recipe = Path.Combine(request.RunDirectory, CheckpointFiles.Recipe);
        await File.WriteAllTextAsync(recipe, RecipeJson.Write(request.Recipe), cancellation);
        string[] arguments =
        [
            "--recipe", recipe, "--run-dir", request.RunDirectory, "--supervised", "true",
            "--deadline", FormattableString.Invariant($"{request.DeadlineSeconds}"),
            "--listen", $"127.0.0.1:{request.CoordinatorPort}", "--http-listen", $"127.0.0.1:{request.MetricsPort}",
        ];
        var environment = new Dictionary<string, string> { [Settings.VariableOf("token")] = _token };
        _coordinator = ChildProcess.Start("coordinator", "AlexNet.Coordinator", arguments, environment, _logs);
        try
        {
            string line = await _coordinator.FirstLine.WaitAsync(StartTimeout, cancellation);
            return Announcement.Parse(line) ?? throw new ProcessFailedException($"the coordinator wrote '{line}' in place of its addresses.", ExitCodes.Failed);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await _coordinator.Ended.WaitAsync(cancellation);
            throw new ProcessFailedException($"the coordinator {_coordinator.HowEnded()} before it could start: {_coordinator.LastLines()}", _coordinator.FailureCode);
        }
    }

    private List<string> WorkerArguments(Announcement coordinator, int rank)
    {
        var arguments = new List<string>
        {
            "--coordinator", coordinator.Grpc, "--worker-id", $"w{rank}", "--supervised", "true", "--run-dir", request.RunDirectory,
            "--threads", $"{request.Threads}", "--device", request.Device, "--transport", request.Transport,
            "--http-listen", $"127.0.0.1:{(request.MetricsPort == 0 ? 0 : request.MetricsPort + 1 + rank)}",
        };
        if (request.Weights is { } weights)
            arguments.AddRange(["--weights", weights]);
        if (request.DumpSteps is { } steps)
            arguments.AddRange(["--dump-steps", steps]);
        return arguments;
    }

    private async Task<int> FollowAsync(IAsyncStreamReader<RunEvent> diary, IRunView view, CancellationToken cancellation)
    {
        var outside = _workers.ToList(); // those whose end the coordinator would not hear of
        var next = diary.MoveNext(cancellation);
        while (true)
        {
            await Task.WhenAny(outside.Select(w => w.Ended).Append(next)).WaitAsync(cancellation);
            if (!next.IsCompleted && outside.FirstOrDefault(w => w.HasEnded) is { } dead)
                throw new ProcessFailedException($"worker {dead.Name}, process {dead.Id}, {dead.HowEnded()} before it joined. The end of its log:\n{dead.LastLines()}", dead.FailureCode);
            try
            {
                if (!await next)
                    throw new ProcessFailedException("the coordinator ended without telling how the run ended; see its log in " + _logs, ExitCodes.Failed);
            }
            catch (RpcException e)
            {
                cancellation.ThrowIfCancellationRequested();
                throw await CoordinatorLostAsync(e, cancellation);
            }
            if (diary.Current.Worker is { What: "joined" } joined)
                outside.RemoveAll(w => w.Name == joined.WorkerId);

            if (diary.Current.Failed is { } failed)
            {
                string message = failed.Message + await CausesAsync(cancellation);
                view.Failed(message, failed.ExitCode);
                return failed.ExitCode;
            }
            view.Show(diary.Current);
            if (diary.Current.Finished is not null)
            {
                await AllEndedAsync(cancellation);
                return ExitCodes.Done;
            }
            next = diary.MoveNext(cancellation);
        }
    }

    /// <summary>After the end every process goes by itself; one that does not is ended when this cluster is disposed.</summary>
    private async Task AllEndedAsync(CancellationToken cancellation)
    {
        var all = Task.WhenAll(_workers.Append(_coordinator).OfType<ChildProcess>().Select(child => child.Ended));
        await all.WaitAsync(FarewellTimeout, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>One GPU for each worker, in turn, unless the user has said which; no variable where the driver shows none.</summary>
    private static Dictionary<string, string> GpuOf(int rank, Dictionary<string, string> environment)
    {
        const string visible = "CUDA_VISIBLE_DEVICES", driver = "/proc/driver/nvidia/gpus";
        int gpus = Directory.Exists(driver) ? Directory.GetDirectories(driver).Length : 0;
        if (gpus == 0 || Environment.GetEnvironmentVariable(visible) is not null)
            return environment;
        return new Dictionary<string, string>(environment) { [visible] = $"{rank % gpus}" };
    }

    private async Task<ProcessFailedException> CoordinatorLostAsync(RpcException e, CancellationToken cancellation)
    {
        if (_coordinator is not { } coordinator)
            return new ProcessFailedException(e.Status.Detail, ExitCodes.Failed);
        await coordinator.Ended.WaitAsync(DeathNotice, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        string how = coordinator.HasEnded ? coordinator.HowEnded() : $"does not answer ({e.Status.Detail})";
        return new ProcessFailedException($"the coordinator, process {coordinator.Id}, {how}. The end of its log:\n{coordinator.LastLines()}", ExitCodes.Failed);
    }

    /// <summary>What only the parent of a process knows: the signal that ended it.</summary>
    private async Task<string> CausesAsync(CancellationToken cancellation)
    {
        Task anyEnd = Task.WhenAny(_workers.Select(w => w.Ended));
        await anyEnd.WaitAsync(DeathNotice, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var killed = _workers.Where(w => w.HasEnded && w.ExitCode > 128).Select(w => $" Process {w.Id} (worker {w.Name}) {w.HowEnded()}.");
        return string.Concat(killed);
    }
}
