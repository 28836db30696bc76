using AlexNet.Hosting;
using AlexNet.Protocol.V1;
using Grpc.Core;

namespace AlexNet.Coordinator;

/// <summary>The gRPC face of the coordinator: one stream for each worker, one for each watcher.</summary>
internal sealed class CoordinatorService(RunController controller, RunDiary diary, CheckpointTransfer transfer, CoordinatorOptions options, ILogger<CoordinatorService> logger)
    : Protocol.V1.Coordinator.CoordinatorBase
{
    public override async Task Work(
        IAsyncStreamReader<WorkerMessage> requestStream, IServerStreamWriter<CoordinatorMessage> responseStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext() || requestStream.Current.Join is not { } join)
            throw Refuse(StatusCode.InvalidArgument, "a session begins with 'join'.");
        Admit(join);
        if (controller.TryJoin(join, out var session) is { } refusal)
            throw Refuse(refusal.MayPass ? StatusCode.AlreadyExists : StatusCode.FailedPrecondition, refusal.Reason);
        var sending = SendAsync(session, responseStream);
        string end = "its connection closed";
        try
        {
            while (await requestStream.MoveNext(context.CancellationToken))
                controller.Receive(session, requestStream.Current);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or RpcException)
        {
            end = "its connection broke";
        }
        catch (Exception e)
        {
            controller.Break(e);
        }
        finally
        {
            controller.Leave(session, end);
        }
        await sending;
    }

    public override Task<DrainReply> Drain(DrainRequest request, ServerCallContext context)
    {
        if (!Tokens.Match(options.Token, request.Token))
            throw Refuse(StatusCode.PermissionDenied, "the token is not this run's.");
        controller.TryBegin();
        return Task.FromResult(new DrainReply());
    }

    public override async Task<SavedFile> SaveFile(IAsyncStreamReader<SaveFilePart> requestStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken))
            throw Refuse(StatusCode.InvalidArgument, "a file of no part came.");
        var first = requestStream.Current;
        if (!Tokens.Match(options.Token, first.Token))
            throw Refuse(StatusCode.PermissionDenied, "the token is not this run's.");
        return await transfer.TakeAsync(first, requestStream, context.CancellationToken);
    }

    public override async Task ReadFile(ReadFileRequest request, IServerStreamWriter<FileContent> responseStream, ServerCallContext context)
    {
        if (!Tokens.Match(options.Token, request.Token))
            throw Refuse(StatusCode.PermissionDenied, "the token is not this run's.");
        await transfer.GiveAsync(request, responseStream, context.CancellationToken);
    }

    public override async Task Watch(WatchRequest request, IServerStreamWriter<RunEvent> responseStream, ServerCallContext context)
    {
        if (!Tokens.Match(options.Token, request.Token))
            throw Refuse(StatusCode.PermissionDenied, "the token is not this run's.");
        await foreach (var entry in diary.ReadAsync(context.CancellationToken))
            await responseStream.WriteAsync(entry);
    }

    private void Admit(Join join)
    {
        if (!Tokens.Match(options.Token, join.Token))
            throw Refuse(StatusCode.PermissionDenied, $"worker '{join.WorkerId}' on {join.Host} gave a token that is not this run's; give it the token of the coordinator (ALEXNET_TOKEN).");
        if (join.Version != ProgramVersion.Current)
            throw Refuse(StatusCode.FailedPrecondition, $"worker '{join.WorkerId}' on {join.Host} is version {join.Version}, the coordinator {ProgramVersion.Current}; they must be equal. Install the same version on all machines.");
    }

    private RpcException Refuse(StatusCode code, string reason)
    {
        logger.Refused(reason);
        return new RpcException(new Status(code, reason));
    }

    private static async Task SendAsync(WorkerSession session, IServerStreamWriter<CoordinatorMessage> stream)
    {
        try
        {
            await foreach (var message in session.Outgoing.ReadAllAsync())
                await stream.WriteAsync(message);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // the worker is gone; the reading side reports it
        }
    }
}
