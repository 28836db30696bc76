using System.Threading.Channels;
using AlexNet.Core.Errors;
using AlexNet.Hosting;
using AlexNet.Protocol.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace AlexNet.Worker;

/// <summary>
/// The worker's control stream. What is sent is queued and never holds training up; the coordinator's orders are awaited one by one,
/// and its order to abort is a cancellation.
/// </summary>
internal sealed class CoordinatorSession : IAsyncDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2); // for the last words to go out

    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<WorkerMessage, CoordinatorMessage> _call;
    private readonly Channel<WorkerMessage> _outgoing = Channel.CreateUnbounded<WorkerMessage>();
    private readonly Channel<CoordinatorMessage> _orders = Channel.CreateUnbounded<CoordinatorMessage>();
    private readonly CancellationTokenSource _aborted = new(), _ended = new();
    private readonly Task _sending, _receiving;

    private CoordinatorSession(GrpcChannel channel, AsyncDuplexStreamingCall<WorkerMessage, CoordinatorMessage> call)
    {
        (_channel, _call) = (channel, call);
        (_sending, _receiving) = (SendAsync(), ReceiveAsync());
    }

    /// <summary>Cancelled when the coordinator orders the run to end: at once.</summary>
    public CancellationToken Aborted => _aborted.Token;

    /// <summary>Cancelled when the coordinator ends the run, or is lost: the step in progress may be finished.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Why the run was ended from outside; null if it was not.</summary>
    public string? EndReason { get; private set; }

    /// <summary>The generation of the plan in force; 0 before the first.</summary>
    public long Generation { get; set; }

    /// <summary>Joins, trying again until the coordinator is there or the time is up.</summary>
    /// <exception cref="BadInputException">The coordinator refuses this worker: wrong token or version, or no place.</exception>
    /// <exception cref="TimeoutException">The coordinator could not be reached.</exception>
    public static async Task<(CoordinatorSession Session, Welcome Welcome)> JoinAsync(
        WorkerOptions options, Join join, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        string lastReason = "";
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        while (true)
        {
            var channel = ControlChannel.To(options.Coordinator);
            try
            {
                var call = new Protocol.V1.Coordinator.CoordinatorClient(channel).Work(cancellationToken: CancellationToken.None);
                await call.RequestStream.WriteAsync(new WorkerMessage { Join = join }, either.Token);
                if (await call.ResponseStream.MoveNext(either.Token) && call.ResponseStream.Current.Welcome is { } welcome)
                    return (new CoordinatorSession(channel, call), welcome);
                throw new BadInputException($"coordinator {options.Coordinator} did not answer with a welcome; is it a coordinator of this version?");
            }
            catch (RpcException e)
            {
                channel.Dispose();
                cancellation.ThrowIfCancellationRequested();
                if (!timeout.IsCancellationRequested && e.StatusCode is not (StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal))
                    throw new BadInputException($"coordinator {options.Coordinator} refuses this worker: {e.Status.Detail}");
                if (timeout.IsCancellationRequested || time.GetElapsedTime(start) > options.ConnectTimeout)
                    throw new TimeoutException($"coordinator {options.Coordinator} could not be reached within {options.ConnectTimeout.TotalSeconds:0} s: {e.Status.Detail} Start it first, or correct --coordinator.");
                if (e.Status.Detail != lastReason)
                    logger.CoordinatorUnreachable(options.Coordinator, lastReason = e.Status.Detail);
                await Task.Delay(RetryInterval, time, cancellation);
            }
        }
    }

    /// <summary>Queues a message; training never waits for it.</summary>
    public void Send(WorkerMessage message)
    {
        message.Generation = Generation;
        _outgoing.Writer.TryWrite(message);
    }

    /// <summary>The coordinator's next order.</summary>
    /// <exception cref="OperationCanceledException">The run was ended, or the coordinator lost.</exception>
    public async Task<CoordinatorMessage> NextAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, Ended);
        return await _orders.Reader.ReadAsync(either.Token);
    }

    /// <summary>Sends what is queued, then closes the stream.</summary>
    public async ValueTask DisposeAsync()
    {
        _outgoing.Writer.TryComplete();
        await _sending.WaitAsync(Farewell).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _call.Dispose();
        await _receiving;
        _channel.Dispose();
        _aborted.Dispose();
        _ended.Dispose();
    }

    private async Task SendAsync()
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync())
                await _call.RequestStream.WriteAsync(message);
            await _call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or OperationCanceledException)
        {
            // the receiving side says what became of the coordinator
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            await foreach (var message in _call.ResponseStream.ReadAllAsync())
            {
                if (message.Abort is { } abort)
                {
                    await EndAsync(abort.Reason);
                    await _aborted.CancelAsync();
                }
                else
                    await _orders.Writer.WriteAsync(message);
            }
            await EndAsync("The coordinator ended the session.");
        }
        catch (RpcException e)
        {
            await EndAsync($"The coordinator was lost: {e.Status.Detail}");
        }
    }

    private async Task EndAsync(string reason)
    {
        EndReason ??= reason;
        await _ended.CancelAsync();
    }
}
