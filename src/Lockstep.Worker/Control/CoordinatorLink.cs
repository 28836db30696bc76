using Grpc.Core;
using Grpc.Net.Client;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Protocol.V1;
using Lockstep.Worker.Options;

namespace Lockstep.Worker.Control;

/// <summary>One stream to a coordinator, from its welcome to its end.</summary>
internal sealed class CoordinatorLink : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(0.25);

    private static readonly WriteOptions TogetherWithTheNext = new(WriteFlags.BufferHint);

    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<WorkerMessage, CoordinatorMessage> _call;

    private CoordinatorLink(GrpcChannel channel, AsyncDuplexStreamingCall<WorkerMessage, CoordinatorMessage> call, Welcome welcome) =>
        (_channel, _call, Welcome) = (channel, call, welcome);

    public Welcome Welcome { get; }

    /// <summary>Seconds by which this machine's clock is ahead of the coordinator's, and how far that may be wrong.</summary>
    public (double Ahead, double Error) Clock { get; private init; }

    /// <summary>Completes when the queue is complete and all of it has been sent, or the link is lost.</summary>
    public Task Sent { get; private set; } = Task.CompletedTask;

    /// <summary>Reaches the coordinator, trying again until it is there, and this worker's name is free, or the time is up.</summary>
    /// <param name="options">Where it is, and how long to try.</param>
    /// <param name="access">With what it is called.</param>
    /// <param name="join">What this worker says of itself.</param>
    /// <param name="peerToken">The peer token of the generation that it comes back with; empty for a newcomer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it is told why it takes long.</param>
    /// <param name="cancellation">Cancels the attempts.</param>
    /// <exception cref="BadInputException">It refuses this worker.</exception>
    /// <exception cref="TimeoutException">It could not be reached.</exception>
    public static async Task<CoordinatorLink> OpenAsync(
        WorkerOptions options,
        ControlAccess access,
        Join join,
        string peerToken,
        TimeProvider time,
        ILogger logger,
        CancellationToken cancellation
    )
    {
        long start = time.GetTimestamp();
        string lastReason = "";
        while (true)
        {
            var channel = ControlChannel.To(options.Coordinator, access);
            try
            {
                return await TryOpenAsync(channel, options, join, peerToken, time, cancellation);
            }
            catch (Exception e) when (e is RpcException or TimeoutException or IOException) // the last where it dies during the call
            {
                channel.Dispose();
                cancellation.ThrowIfCancellationRequested();
                string reason = ReasonOf(e, options);
                bool isLate = time.GetElapsedTime(start) > options.ConnectTimeout;
                if (e is RpcException { StatusCode: StatusCode.Unauthenticated or StatusCode.PermissionDenied })
                {
                    string certificate = access.Tls is null ? "" : $", and a certificate of the role {Roles.Worker} by its authority";
                    throw new BadInputException(
                        $"coordinator {options.Coordinator} refuses this worker; only the coordinator's log says why. Give the token of "
                            + $"its run ({Settings.VariableOf("token")}){certificate}."
                    );
                }

                if (e is RpcException refusal && !MayPass(refusal.StatusCode, isLate))
                    throw new BadInputException($"coordinator {options.Coordinator} refuses this worker: {reason}");
                if (isLate)
                {
                    throw new TimeoutException(
                        $"coordinator {options.Coordinator} could not be reached within {options.ConnectTimeout.TotalSeconds:0} s: "
                            + $"{reason} Start it first, or correct --coordinator."
                    );
                }

                if (reason != lastReason)
                    logger.CoordinatorUnreachable(options.Coordinator, lastReason = reason);
                await Task.Delay(RetryInterval, time, cancellation);
            }
        }
    }

    /// <summary>Sends what is queued, until the queue is complete or the link is lost.</summary>
    public void BeginSending(Outgoing outgoing) => Sent = SendAsync(outgoing);

    /// <summary>What the coordinator says from here on.</summary>
    public IAsyncEnumerable<CoordinatorMessage> Orders() => _call.ResponseStream.ReadAllAsync();

    public void Dispose()
    {
        _call.Dispose();
        _channel.Dispose();
    }

    /// <summary>
    /// A name that is taken becomes free when the process before is found to be gone; where it stays taken, two workers were given it.
    /// </summary>
    internal static bool MayPass(StatusCode code, bool isLate) =>
        code is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Cancelled
        || (code == StatusCode.AlreadyExists && !isLate);

    private static string ReasonOf(Exception e, WorkerOptions options)
    {
        if (e is not RpcException rpc)
            return e.Message;
        return UnresolvedName.Is(rpc.Status.DebugException)
            ? $"the name '{options.Coordinator.Host}' does not resolve to an address; it is tried again until it does. "
                + $"({rpc.Status.DebugException?.GetBaseException().Message})"
            : rpc.Status.Detail;
    }

    private static async Task<CoordinatorLink> TryOpenAsync(
        GrpcChannel channel,
        WorkerOptions options,
        Join join,
        string peerToken,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var call = new Protocol.V1.Coordinator.CoordinatorClient(channel).Work(cancellationToken: CancellationToken.None);
        var headers = await call.ResponseHeadersAsync.WaitAsync(options.ConnectTimeout, time, cancellation);
        var answer = JoinProof.Answer(join, headers, options.Token, peerToken);
        long asked = time.GetTimestamp();
        try
        {
            await call
                .RequestStream.WriteAsync(new WorkerMessage { Join = answer }, cancellation)
                .WaitAsync(options.ConnectTimeout, time, cancellation);
        }
        catch (RpcException)
        {
            // the call is over; how, the answer says
        }
        if (
            await call.ResponseStream.MoveNext(cancellation).WaitAsync(options.ConnectTimeout, time, cancellation)
            && call.ResponseStream.Current.Welcome is { } welcome
        )
        {
            double way = time.GetElapsedTime(asked).TotalSeconds / 2,
                here = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
            return new CoordinatorLink(channel, call, welcome) { Clock = (here - way - welcome.Time, way) };
        }

        throw new BadInputException(
            $"coordinator {options.Coordinator} did not answer with a welcome; is it a coordinator of this version?"
        );
    }

    private async Task SendAsync(Outgoing outgoing)
    {
        try
        {
            var queue = outgoing.Queue;
            await foreach (var message in queue.ReadAllAsync())
            {
                _call.RequestStream.WriteOptions = queue.TryPeek(out _) ? TogetherWithTheNext : null;
                await _call.RequestStream.WriteAsync(message);
            }
            await _call.RequestStream.CompleteAsync();
        }
        catch (Exception e)
            when (e is RpcException or InvalidOperationException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // the receiving side says what became of the coordinator
        }
    }
}
