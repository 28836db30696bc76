using System.Threading.Channels;
using Grpc.Core;
using Lockstep.Core.Errors;
using Lockstep.Core.Timings;
using Lockstep.Hosting.Security;
using Lockstep.Protocol.V1;
using Lockstep.Worker.Options;

namespace Lockstep.Worker.Control;

/// <summary>
/// The worker's way to the coordinator. What is sent is queued and never holds training up. When the coordinator is lost, training goes on
/// while the session tries to reach it again; everything that a new coordinator may not have recorded is then sent once more.
/// </summary>
internal sealed class CoordinatorSession : IAsyncDisposable
{
    private const int SavesUnheard = 3; // that are kept for a coordinator that is away
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2); // for the last words to go out

    private readonly WorkerOptions _options;
    private readonly Join _join;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Outgoing _outgoing;
    private readonly Channel<CoordinatorMessage> _orders = Channel.CreateUnbounded<CoordinatorMessage>();
    private readonly CancellationTokenSource _ended = new(),
        _closing = new();
    private CancellationTokenSource _generationOver = new();
    private CoordinatorLink _link;
    private long _term,
        _lastSent;
    private string _peerToken = ""; // of the generation in force
    private readonly TaskCompletionSource<int> _dismissed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;

    private CoordinatorSession(
        WorkerOptions options,
        ControlAccess access,
        Join join,
        Border border,
        TimeProvider time,
        ILogger logger,
        CoordinatorLink link
    )
    {
        (_options, Access, _join, Border, _time, _logger, _link, _term) = (
            options,
            access,
            join,
            border,
            time,
            logger,
            link,
            link.Welcome.Term
        );
        _outgoing = new Outgoing(time);
        _serving = ServeAsync();
    }

    /// <summary>With what this worker calls the coordinator.</summary>
    public ControlAccess Access { get; }

    /// <summary>What the coordinator said first.</summary>
    public Welcome Welcome => _link.Welcome;

    /// <summary>Seconds by which this machine's clock was ahead of the coordinator's, and how far that may be wrong.</summary>
    public (double Ahead, double Error) Clock => _link.Clock;

    /// <summary>What is to be done at the next border between steps.</summary>
    public Border Border { get; }

    /// <summary>Cancelled when the generation of the last plan is to end at once.</summary>
    public CancellationToken GenerationOver => _generationOver.Token;

    /// <summary>Completes, with the exit code to end with, when nobody needs this process any more.</summary>
    public Task<int> Dismissed => _dismissed.Task;

    /// <summary>Why the run was ended from outside; null if it was not.</summary>
    public string? EndReason { get; private set; }

    /// <summary>What the process ends with then.</summary>
    public int EndCode { get; private set; } = ExitCodes.Failed;

    /// <summary>Joins, trying again until the coordinator is there or the time is up.</summary>
    /// <exception cref="BadInputException">The coordinator refuses this worker: wrong token or version, or no place.</exception>
    /// <exception cref="TimeoutException">The coordinator could not be reached.</exception>
    public static async Task<CoordinatorSession> JoinAsync(
        WorkerOptions options,
        ControlAccess access,
        Join join,
        Border border,
        TimeProvider time,
        ILogger logger,
        CancellationToken cancellation
    ) =>
        new(
            options,
            access,
            join,
            border,
            time,
            logger,
            await CoordinatorLink.OpenAsync(options, access, join, peerToken: "", time, logger, cancellation)
        );

    /// <summary>Queues a message; training never waits for it.</summary>
    public void Send(WorkerMessage message)
    {
        message.Generation = _join.Generation;
        if (message.Standstill is null)
            _lastSent = _time.GetTimestamp();
        if (message.Step is { } step)
            _join.Applied = step.Step;
        if (message.Loaded is { } loaded)
            _join.Loaded = loaded;
        _outgoing.Add(message);
    }

    /// <summary>This worker makes progress: says so, unless it has told something else a moment ago.</summary>
    /// <param name="phase">The phase of the step, evaluation or save that it is in.</param>
    public void TellAlive(Phase phase)
    {
        if (_time.GetElapsedTime(_lastSent) > LivenessTimings.Standard.AliveInterval)
            Send(new WorkerMessage { Alive = new Alive { Phase = phase } });
    }

    /// <summary>Saves that no coordinator will hear of, because it has been away for too many of them; their files are of no use.</summary>
    public IReadOnlyList<Saved> GiveUpOldSaves() => _outgoing.GiveUpOldSaves(SavesUnheard);

    /// <summary>The coordinator's next order.</summary>
    /// <exception cref="OperationCanceledException">The run was ended, or the wait was cancelled.</exception>
    public async Task<CoordinatorMessage> NextAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _ended.Token);
        return await _orders.Reader.ReadAsync(either.Token);
    }

    /// <summary>Sends what is queued, then closes the stream.</summary>
    public async ValueTask DisposeAsync()
    {
        _outgoing.Complete();
        await _link.Sent.WaitAsync(Farewell).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _closing.CancelAsync();
        _link.Dispose();
        await _serving;
        _outgoing.Dispose();
        _ended.Dispose();
        _closing.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _link.BeginSending(_outgoing);
                string loss = await ReceiveAsync();
                if (_closing.IsCancellationRequested || EndReason is not null || Dismissed.IsCompleted)
                    return;
                _outgoing.Lose();
                _logger.CoordinatorLost(loss);
                _link.Dispose();
                string runId = Welcome.RunId;
                _link = await CoordinatorLink.OpenAsync(_options, Access, _join, _peerToken, _time, _logger, _closing.Token);
                if (Welcome.RunId != runId || Welcome.Term < _term)
                {
                    throw new InvalidOperationException(
                        $"run {Welcome.RunId}, term {Welcome.Term}, was found at {_options.Coordinator}; run {runId} of term {_term} or "
                            + "higher is required."
                    );
                }

                _term = Welcome.Term;
                _outgoing.SendAgain(_link.Welcome.Recorded);
                _logger.CoordinatorBack(_link.Welcome.Term, _link.Welcome.Recorded);
            }
        }
        catch (Exception e) // whatever it is, nobody may wait for a coordinator that is not listened to
        {
            await EndAsync($"The coordinator was lost: {e.Message}");
        }
    }

    /// <summary>Takes orders until the stream ends; returns how it ended.</summary>
    private async Task<string> ReceiveAsync()
    {
        try
        {
            await foreach (var message in _link.Orders())
                await TakeAsync(message);
            return "it closed the session";
        }
        catch (Exception e) when (e is RpcException or IOException)
        {
            return e is RpcException rpc ? rpc.Status.Detail : e.Message;
        }
    }

    private async Task TakeAsync(CoordinatorMessage message)
    {
        switch (message.MessageCase)
        {
            case CoordinatorMessage.MessageOneofCase.Abort:
                EndCode = message.Abort.ExitCode;
                await EndAsync(message.Abort.Reason);
                break;
            case CoordinatorMessage.MessageOneofCase.Goodbye:
                _dismissed.TrySetResult(message.Goodbye.ExitCode);
                await _orders.Writer.WriteAsync(message);
                break;
            case CoordinatorMessage.MessageOneofCase.Regroup when message.Regroup.AtBorder:
                Border.Ask(BorderActions.Regroup);
                break;
            case CoordinatorMessage.MessageOneofCase.Regroup:
                _generationOver.CancelAfter(LivenessTimings.Standard.OwnWords);
                await _orders.Writer.WriteAsync(message);
                break;
            case CoordinatorMessage.MessageOneofCase.Save:
                Border.Ask(BorderActions.Save);
                break;
            case CoordinatorMessage.MessageOneofCase.Drain:
                Border.Ask(BorderActions.Drain);
                break;
            case CoordinatorMessage.MessageOneofCase.Recorded:
                _outgoing.Forget(message.Recorded.Step, message.Recorded.Saved);
                break;
            case CoordinatorMessage.MessageOneofCase.Plan:
                Begin(message.Plan);
                await _orders.Writer.WriteAsync(message);
                break;
            default:
                await _orders.Writer.WriteAsync(message);
                break;
        }
    }

    private void Begin(Plan plan)
    {
        Border.Take(); // was meant for the generation before
        _generationOver = new CancellationTokenSource();
        (_join.Generation, _join.Rank, _peerToken) = (plan.Generation, plan.Rank, plan.PeerToken);
        _outgoing.Begin();
    }

    private async Task EndAsync(string reason)
    {
        EndReason ??= reason;
        await _generationOver.CancelAsync();
        await _ended.CancelAsync();
    }
}
