using System.Diagnostics;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Hosting.Services;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Launching;

/// <summary>
/// The coordinator of a run on this machine; started again on the same address when it is lost, it takes the run over from itself. Its two
/// ports are held for it meanwhile.
/// </summary>
internal sealed class CoordinatorProcess : IAsyncDisposable
{
    private static readonly TimeSpan Remark = TimeSpan.FromSeconds(15); // after which a start that is slow is told

    private readonly TrainRequest _request;
    private readonly RunTokens _tokens;
    private readonly string _logs;
    private readonly Action<string> _tell;
    private readonly HeldPort _grpc,
        _http;
    private ChildProcess? _process;
    private int _restarts;

    /// <param name="request">What the user asks for.</param>
    /// <param name="tokens">The tokens of the run.</param>
    /// <param name="logs">Directory of its log.</param>
    /// <param name="tell">Receives a sentence about each start that does not go well.</param>
    /// <exception cref="BadInputException">A port that the user asks for is another process's.</exception>
    public CoordinatorProcess(TrainRequest request, RunTokens tokens, string logs, Action<string> tell)
    {
        (_request, _tokens, _logs, _tell) = (request, tokens, logs, tell);
        _grpc = HeldPort.Take(request.CoordinatorPort, "--coordinator-port");
        _http = HeldPort.Take(request.MetricsPort, "--metrics-port");
    }

    /// <summary>The process of the last start.</summary>
    public ChildProcess Process => _process ?? throw new InvalidOperationException("the coordinator has not been started");

    /// <summary>Where it listens, as long as the run lasts.</summary>
    public Announcement Address { get; private set; } = new("", "");

    public bool CanStartAgain => _restarts < _request.MostRestarts;

    /// <exception cref="ProcessFailedException">It could not start.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        var recipe = _request.Weights?.Begin(_request.RunDirectory, _request.Recipe) ?? _request.Recipe;
        await File.WriteAllTextAsync(InputFile.Require(RecipePath), RecipeJson.Write(recipe), cancellation);
        await StartAsync(isFirst: true, _request.Resume ? ["--resume", "true"] : ["--begin", "true"], cancellation);
    }

    /// <summary>Starts it again where it was.</summary>
    /// <param name="gone">Workers that have ended: it need not wait for their return.</param>
    /// <param name="cancellation">Cancels the attempts.</param>
    /// <exception cref="ProcessFailedException">It could not start.</exception>
    public async Task StartAgainAsync(IEnumerable<string> gone, CancellationToken cancellation)
    {
        _restarts++;
        await EndAsync();
        await StartAsync(isFirst: false, ["--take-over", "true", "--gone", string.Join(',', gone)], cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _grpc.Dispose();
        _http.Dispose();
    }

    private string RecipePath => Path.Combine(_request.RunDirectory, CheckpointFiles.Recipe);

    private async Task EndAsync()
    {
        var process = Interlocked.Exchange(ref _process, null);
        if (process is not null)
            await process.DisposeAsync();
    }

    private async Task StartAsync(bool isFirst, string[] how, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        string? told = null;
        for (int attempt = 1; ; attempt++)
        {
            if (await TryStartAsync(how, cancellation) is not { } failure)
                return;
            var decision = StartPolicy.Decide(failure, attempt, Stopwatch.GetElapsedTime(begun), isFirst, _request.StartTimeout);
            if (decision.Again is not { } delay)
                throw new ProcessFailedException(decision.Reason, failure.ExitCode);
            if (decision.Reason != told)
                _tell(told = decision.Reason);
            await EndAsync();
            await Task.Delay(delay, cancellation);
        }
    }

    /// <summary>Starts it; returns what went wrong before it listened, where something did.</summary>
    private async Task<StartFailure?> TryStartAsync(string[] how, CancellationToken cancellation)
    {
        try
        {
            _process = Start(how);
        }
        catch (ProcessFailedException e)
        {
            return new(StartFailureKind.Ended, $"could not be started: {e.Message}", e.ExitCode);
        }
        try
        {
            string line = await FirstLineAsync(_process, cancellation);
            Address = Announcement.Parse(line)
                ?? throw new ProcessFailedException($"The coordinator wrote '{line}' in place of its addresses.", ExitCodes.Failed);
            return null;
        }
        catch (TimeoutException)
        {
            return new(StartFailureKind.Slow, $"did not listen within {_request.StartTimeout.TotalSeconds:0} s", ExitCodes.Failed);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await _process.Ended.WaitAsync(cancellation);
            string ended = $"{_process.HowEnded()} before it listened";
            return _process.WasKilledFromOutside
                ? new(StartFailureKind.Killed, ended, ExitCodes.Failed)
                : new(StartFailureKind.Ended, $"{ended}: {_process.LastWords().TrimEnd('.')}", _process.FailureCode);
        }
    }

    private async Task<string> FirstLineAsync(ChildProcess process, CancellationToken cancellation)
    {
        if (_request.StartTimeout > Remark && await Task.WhenAny(process.FirstLine, Task.Delay(Remark, cancellation)) != process.FirstLine)
        {
            _tell(
                $"The coordinator, process {process.Id}, has not listened for {Remark.TotalSeconds:0} s yet; it has "
                    + $"{_request.StartTimeout.TotalSeconds:0} s (--start-timeout)."
            );
        }

        var left = _request.StartTimeout > Remark ? _request.StartTimeout - Remark : _request.StartTimeout;
        return await process.FirstLine.WaitAsync(left, cancellation);
    }

    private ChildProcess Start(IEnumerable<string> how)
    {
        List<string> arguments =
        [
            "--recipe",
            RecipePath,
            "--run-dir",
            _request.RunName,
            .. _request.Remote is null ? Array.Empty<string>() : ["--work-dir", _request.RunDirectory],
            "--supervised",
            "true",
            "--deadline",
            FormattableString.Invariant($"{_request.DeadlineSeconds}"),
            "--grace",
            FormattableString.Invariant($"{_request.GraceSeconds}"),
            "--max-restarts",
            $"{_request.MostRestarts}",
            "--protect",
            $"{_request.Protection}",
            "--elastic",
            $"{_request.LeastReplicas}",
            "--listen",
            _grpc.Address,
            "--http-listen",
            _http.Address,
            .. how,
        ];
        var environment = new Dictionary<string, string>(_request.Certificates?.Coordinator.Variables ?? [])
        {
            [Settings.VariableOf("token")] = _tokens.Join,
            [Settings.VariableOf("operator-token")] = _tokens.Operator ?? "",
        };
        return ChildProcess.Start("coordinator", _request.Programs.Coordinator, arguments, environment, _logs);
    }
}
