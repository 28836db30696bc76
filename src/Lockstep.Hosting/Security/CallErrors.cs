using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace Lockstep.Hosting.Security;

/// <summary>
/// How calls that end badly are told. What a caller causes is no error of this process: bytes that are no message are a refusal, and a
/// caller that is gone is not worth a word. gRPC itself would log each with its stack, and so let callers fill a disk; only what nobody
/// expected is logged like that.
/// </summary>
internal sealed partial class CallErrors(RefusalLog refusals, ILogger<CallErrors> logger) : Interceptor
{
    /// <summary>The log category of gRPC that this one stands in for.</summary>
    public const string Replaced = "Grpc.AspNetCore.Server.ServerCallHandler";

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    ) => Tell(context, () => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation
    ) => Tell(context, () => continuation(requestStream, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation
    ) => Tell(context, () => Nothing(continuation(request, responseStream, context)));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation
    ) => Tell(context, () => Nothing(continuation(requestStream, responseStream, context)));

    private static async Task<object?> Nothing(Task task)
    {
        await task;
        return null;
    }

    private async Task<T> Tell<T>(ServerCallContext context, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RpcException)
        {
            throw; // the service's own verdict, which it has logged
        }
        catch (InvalidProtocolBufferException)
        {
            refusals.Add(context, $"{context.Method}: the request is not a valid message");
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the request is not a valid message"));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException || context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "the call was given up"));
        }
        catch (Exception e)
        {
            LogFailed(logger, context.Method, e);
            throw new RpcException(new Status(StatusCode.Internal, "the call failed; the log of the service says why"));
        }
    }

    [LoggerMessage(LogLevel.Error, "Call {Method} failed")]
    private static partial void LogFailed(ILogger logger, string method, Exception error);
}
