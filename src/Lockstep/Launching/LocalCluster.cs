using Grpc.Core;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Hosting.Services;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Launching;

/// <summary>
/// A coordinator and the workers of one run as processes of this machine: starts them, follows the run's events, puts new processes in the
/// place of lost ones, and leaves none behind.
/// </summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(0.25); // to reach a coordinator that is being started again
    private static readonly TimeSpan DeathNotice = TimeSpan.FromSeconds(2); // for the system to report a dead child's status

    private readonly string _operatorToken = Tokens.Create();
    private readonly RunTokens _tokens;
    private readonly TrainRequest _request;
    private readonly ControlAccess _access;
    private readonly string _logs;
    private readonly ToldEvents _told = new();
    private CoordinatorProcess? _coordinator;
    private WorkerPool? _workers;

    /// <exception cref="BadInputException">The certificates of the request cannot be used.</exception>
    public LocalCluster(TrainRequest request)
    {
        (_request, _logs) = (request, Path.Combine(request.RunDirectory, "logs"));
        _tokens = new RunTokens(Tokens.Create(), _operatorToken);
        _access = new ControlAccess(
            _operatorToken,
            request.Certificates is { } folder ? new TlsIdentity(folder.Operator, Roles.Operator) : null
        );
    }

    /// <summary>Runs from start to end and shows it; returns the exit code.</summary>
    /// <exception cref="ProcessFailedException">A process could not start, or ended before the coordinator could tell why.</exception>
    public async Task<int> RunAsync(IRunView view, CancellationToken cancellation)
    {
        Surroundings.Require(_request.Topology.Workers + _request.Spares);
        PrivateFile.CreateDirectory(_request.RunDirectory);
        Directory.CreateDirectory(_logs);
        OperatorTokenFile.Write(_request.RunDirectory, _operatorToken);
        _coordinator = await StartCoordinatorAsync(view, cancellation);
        _workers = new WorkerPool(_request, _coordinator.Address, _tokens.Join, _logs);
        _workers.StartAll();
        view.Serving(_coordinator.Address.Http);
        using var channel = ControlChannel.To(new Uri(_coordinator.Address.Grpc), _access);
        var client = new Lockstep.Protocol.V1.Coordinator.CoordinatorClient(channel);
        while (true)
        {
            try
            {
                using var watch = client.Watch(new WatchRequest(), cancellationToken: cancellation);
                return await FollowAsync(watch.ResponseStream, view, cancellation);
            }
            catch (RpcException e)
            {
                cancellation.ThrowIfCancellationRequested();
                await RestartCoordinatorAsync(e, view, cancellation);
            }
        }
    }

    /// <summary>Asks the run to end at the next step, saved; a coordinator that is just being started again is waited for.</summary>
    /// <returns>False where nobody could be asked within the grace.</returns>
    public async Task<bool> DrainAsync()
    {
        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(_request.GraceSeconds));
        using var retry = new PeriodicTimer(RetryInterval);
        do
        {
            if (await TryDrainAsync(grace.Token))
                return true;
        } while (_coordinator is not null && !grace.IsCancellationRequested && await retry.WaitForNextTickAsync());
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        // all are told before any is waited for
        try
        {
            await Task.WhenAll((_workers?.DisposeAsync() ?? default).AsTask(), (_coordinator?.DisposeAsync() ?? default).AsTask());
        }
        finally
        {
            TryDelete(OperatorTokenFile.Delete);
            TryDelete(RunAddress.Forget); // a coordinator that was killed could not
            TryDelete(directory => new CheckpointStore(directory).DeleteUnfinished());
        }
    }

    /// <summary>A disk that cannot be written does not change how the run has ended.</summary>
    private void TryDelete(Action<string> delete)
    {
        try
        {
            delete(_request.RunDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // it stays, and whoever reads it finds nobody there
        }
    }

    private async Task<bool> TryDrainAsync(CancellationToken cancellation)
    {
        if (_coordinator is not { } coordinator)
            return false;
        try
        {
            using var channel = ControlChannel.To(new Uri(coordinator.Address.Grpc), _access);
            await new Lockstep.Protocol.V1.Coordinator.CoordinatorClient(channel).DrainAsync(
                new DrainRequest(),
                cancellationToken: cancellation
            );
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private async Task<int> FollowAsync(IAsyncStreamReader<RunEvent> stream, IRunView view, CancellationToken cancellation)
    {
        var workers = _workers ?? throw new InvalidOperationException("the workers have not been started");
        var (next, said) = (stream.MoveNext(cancellation), Said());
        while (true)
        {
            await Task.WhenAny(next, workers.AnyOutsideEnded, said).WaitAsync(cancellation);
            if (said.IsCompleted)
            {
                ShowSaid(workers, view);
                said = Said(); // one wait at a time: each that is given up would stay with the channel
            }

            if (!next.IsCompleted)
            {
                workers.ReplaceThoseThatNeverJoined();
                continue;
            }
            if (!await next)
                throw new RpcException(new Status(StatusCode.Unavailable, "the coordinator ended its stream"));
            if (_told.IsNew(stream.Current) && await TakeAsync(stream.Current, workers, view, cancellation) is { } exitCode)
                return exitCode;
            next = stream.MoveNext(cancellation);
        }

        Task Said() => workers.Said.WaitToReadAsync(cancellation).AsTask();
    }

    /// <summary>Shows an event; returns the exit code with the last one.</summary>
    private async Task<int?> TakeAsync(RunEvent entry, WorkerPool workers, IRunView view, CancellationToken cancellation)
    {
        workers.Heard(entry);
        if (entry.Failed is { } failed)
        {
            view.Failed(failed.Message + await workers.CausesAsync(DeathNotice, cancellation), failed.ExitCode);
            return failed.ExitCode;
        }
        view.Show(entry);
        if (entry.Finished is null && entry.Interrupted is null)
            return null;
        await AllEndedAsync(workers, cancellation);
        ShowSaid(workers, view);
        return entry.Interrupted?.ExitCode ?? ExitCodes.Done;
    }

    private static void ShowSaid(WorkerPool workers, IRunView view)
    {
        while (workers.Said.TryRead(out string? line))
            view.Notice(line);
    }

    private async Task<CoordinatorProcess> StartCoordinatorAsync(IRunView view, CancellationToken cancellation)
    {
        var coordinator = new CoordinatorProcess(_request, _tokens, _logs, view.Notice);
        try
        {
            await coordinator.StartAsync(cancellation);
            return coordinator;
        }
        catch (Exception e)
        {
            await coordinator.DisposeAsync();
            if (e is OperationCanceledException && cancellation.IsCancellationRequested)
            {
                throw new ProcessFailedException(
                    "The run was interrupted while its coordinator was being started; every process has been stopped.",
                    ExitCodes.Failed
                );
            }

            throw;
        }
    }

    private async Task RestartCoordinatorAsync(RpcException e, IRunView view, CancellationToken cancellation)
    {
        if (_coordinator is not { } lost)
            return;
        await lost.Process.Ended.WaitAsync(DeathNotice, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        string how = lost.Process.HasEnded ? lost.Process.HowEnded() : $"does not answer ({e.Status.Detail})";
        if (!lost.CanStartAgain)
        {
            throw new ProcessFailedException(
                $"The coordinator, process {lost.Process.Id}, {how}. The end of its log:\n{lost.Process.LastLines()}",
                ExitCodes.Failed
            );
        }

        view.Notice($"The coordinator, process {lost.Process.Id}, {how}; it is started again, and training goes on meanwhile.");
        await lost.StartAgainAsync(_workers?.Gone ?? [], cancellation);
    }

    /// <summary>After the end every process goes by itself; one that does not is ended when this cluster is disposed.</summary>
    private async Task AllEndedAsync(WorkerPool workers, CancellationToken cancellation)
    {
        var all = Task.WhenAll(workers.AllEnded, _coordinator?.Process.Ended ?? Task.CompletedTask);
        await all.WaitAsync(FarewellTimeout, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
