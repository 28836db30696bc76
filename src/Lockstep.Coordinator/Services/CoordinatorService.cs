using System.Threading.RateLimiting;
using Google.Protobuf;
using Grpc.Core;
using Lockstep.Coordinator.Checkpoints;
using Lockstep.Coordinator.Recording;
using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Workers;
using Lockstep.Core.Timings;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Protocol.V1;
using Microsoft.AspNetCore.Authorization;

namespace Lockstep.Coordinator.Services;

/// <summary>The gRPC face of the coordinator: one stream for each worker, one for each watcher.</summary>
internal sealed class CoordinatorService(
    RunLoop loop,
    EventStream stream,
    CheckpointTransfer transfer,
    RunTokens tokens,
    RefusalLog refusals,
    TimeProvider time
) : Protocol.V1.Coordinator.CoordinatorBase
{
    /// <summary>Longest message, in bytes: a part of a checkpoint's file, or the names of very many classes.</summary>
    public const int MostMessageBytes = 2 << 20;

    private const int MessagesASecond = 1000,
        MessagesAtOnce = 10_000; // of one worker; what is told again to a new coordinator comes at once

    private static readonly WriteOptions TogetherWithTheNext = new(WriteFlags.BufferHint);

    [Authorize(Roles = Roles.Worker)]
    public override async Task Work(
        IAsyncStreamReader<WorkerMessage> requestStream,
        IServerStreamWriter<CoordinatorMessage> responseStream,
        ServerCallContext context
    )
    {
        var join = await JoinAsync(requestStream, context);
        var (refusal, session) = await loop.AskAsync(new Joining(join));
        if (refusal is not null)
            throw Refuse(context, refusal.MayPass ? StatusCode.AlreadyExists : StatusCode.FailedPrecondition, refusal.Reason);
        var sending = SendAsync(session, responseStream);
        try
        {
            if (await ReceiveAsync(session, requestStream, context.CancellationToken) is { } problem)
            {
                await loop.AskAsync(new Left(session, $"its message was refused: {problem}"));
                throw Refuse(context, StatusCode.InvalidArgument, $"worker '{join.WorkerId}' sent {problem}");
            }
        }
        finally
        {
            await loop.AskAsync(new Left(session, "its connection closed"));
        }
        await sending;
    }

    [Authorize(Roles = Roles.Operator)]
    public override async Task<DrainReply> Drain(DrainRequest request, ServerCallContext context)
    {
        await loop.AskAsync(new DrainWanted());
        return new DrainReply();
    }

    [Authorize(Roles = Roles.Worker)]
    public override async Task<SavedFile> SaveFile(IAsyncStreamReader<SaveFilePart> requestStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken))
            throw Refuse(context, StatusCode.InvalidArgument, "a file of no part came.");
        var first = requestStream.Current;
        if (first.Generation <= 0 || first.Generation != loop.Generation.Number || first.Step < 0)
        {
            throw Refuse(
                context,
                StatusCode.FailedPrecondition,
                $"a file of step {first.Step}, generation {first.Generation}, came; generation {loop.Generation.Number} is in force."
            );
        }

        return await transfer.TakeAsync(first, requestStream, context.CancellationToken);
    }

    [Authorize(Roles = Roles.Worker)]
    public override Task ReadFile(ReadFileRequest request, IServerStreamWriter<FileContent> responseStream, ServerCallContext context) =>
        transfer.GiveAsync(request, responseStream, context.CancellationToken);

    [Authorize(Roles = Roles.Operator)]
    public override async Task Watch(WatchRequest request, IServerStreamWriter<RunEvent> responseStream, ServerCallContext context)
    {
        await context.WriteResponseHeadersAsync([]); // so that the watcher knows at once that it may, however long nothing happens
        await foreach (var entries in stream.ReadAsync(context.CancellationToken))
        {
            foreach (var (i, entry) in entries.Index())
            {
                responseStream.WriteOptions = i < entries.Count - 1 ? TogetherWithTheNext : null;
                await responseStream.WriteAsync(entry);
            }
        }
    }

    /// <summary>The first message of a session.</summary>
    /// <exception cref="RpcException">It is none that lets a worker in.</exception>
    private async Task<Join> JoinAsync(IAsyncStreamReader<WorkerMessage> requests, ServerCallContext context)
    {
        string challenge = await JoinProof.ChallengeAsync(context);
        using var late = new CancellationTokenSource(LivenessTimings.Standard.HelloTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.CancellationToken);
        try
        {
            if (!await requests.MoveNext(either.Token) || requests.Current.Join is not { } join)
                throw Refuse(context, StatusCode.InvalidArgument, "a session begins with 'join'.");
            if (!JoinProof.IsGood(join, challenge, tokens.Join))
            {
                throw Refuse(
                    context,
                    StatusCode.Unauthenticated,
                    $"a join of worker '{Printable(join.WorkerId)}' does not answer this session's challenge: it was recorded and sent "
                        + "again, or changed on its way.",
                    told: ""
                );
            }

            if (
                loop.Generation is var (number, peerToken)
                && join.Generation == number
                && number > 0
                && !JoinProof.IsMember(join, challenge, peerToken)
            )
            {
                throw Refuse(
                    context,
                    StatusCode.Unauthenticated,
                    $"a join came as worker '{Printable(join.WorkerId)}' of generation {number}, and does not prove that it is a member.",
                    told: ""
                );
            }

            if (WorkerMessageRules.Problem(join) is { } problem)
                throw Refuse(context, StatusCode.InvalidArgument, $"a join in which {problem} came.");
            return join.Version == ProgramVersion.Current
                ? join
                : throw Refuse(
                    context,
                    StatusCode.FailedPrecondition,
                    $"worker '{join.WorkerId}' on {join.Host} is version {join.Version}, the coordinator {ProgramVersion.Current}; they "
                        + "must be equal. Install the same version on all machines."
                );
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            double seconds = LivenessTimings.Standard.HelloTime.TotalSeconds;
            throw Refuse(context, StatusCode.DeadlineExceeded, $"no join came within {seconds:0} s.");
        }
    }

    /// <summary>Takes messages until the session ends; returns what was wrong with the last, or null.</summary>
    private async Task<string?> ReceiveAsync(
        WorkerSession session,
        IAsyncStreamReader<WorkerMessage> requests,
        CancellationToken cancellation
    )
    {
        // past the rate a worker is read slowly, and nothing that it says is lost
        await using var rate = new TokenBucketRateLimiter(
            new()
            {
                TokenLimit = MessagesAtOnce,
                TokensPerPeriod = MessagesASecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 1,
            }
        );
        try
        {
            while (await requests.MoveNext(cancellation))
            {
                using var lease = await rate.AcquireAsync(1, cancellation);
                if (WorkerMessageRules.Problem(requests.Current) is { } problem)
                    return problem;
                if (await loop.AskAsync(new Said(session, requests.Current)) is { } misplaced)
                    return misplaced;
            }
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Internal or StatusCode.ResourceExhausted or StatusCode.Unimplemented)
        {
            return $"a message that cannot be read: {e.Status.Detail}";
        }
        catch (InvalidProtocolBufferException)
        {
            return "an invalid message";
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or RpcException)
        {
            await loop.AskAsync(new Left(session, "its connection broke"));
        }
        return null;
    }

    /// <summary>
    /// Puts the reason into the log; the caller, who is known to have the run's token, hears it too unless something else is told.
    /// </summary>
    private RpcException Refuse(ServerCallContext context, StatusCode code, string reason, string? told = null)
    {
        refusals.Add(context, reason);
        return new RpcException(new Status(code, told ?? reason));
    }

    private static string Printable(string text) => new([.. text.Where(c => !char.IsControl(c)).Take(64)]);

    private static async Task SendAsync(WorkerSession session, IServerStreamWriter<CoordinatorMessage> stream)
    {
        try
        {
            await foreach (var message in session.Outgoing.ReadAllAsync())
            {
                if (message.Welcome is { } welcome)
                    welcome.Time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0; // as late as can be
                await stream.WriteAsync(message);
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // the worker is gone; the reading side reports it
        }
    }
}
