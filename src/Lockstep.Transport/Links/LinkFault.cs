using Grpc.Core;

namespace Lockstep.Transport.Links;

/// <summary>Words for the end of a stream.</summary>
internal static class LinkFault
{
    public static string Describe(Exception e) =>
        e is RpcException rpc && IsVerdict(rpc.StatusCode)
            ? $"it ended the connection: {rpc.StatusCode}: {rpc.Status.Detail}"
            : $"connection lost: {Innermost(e)}";

    /// <summary>Whether the peer chose the status, as opposed to gRPC making it from a broken connection.</summary>
    private static bool IsVerdict(StatusCode code) =>
        code is not (StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled or StatusCode.Unknown);

    private static string Innermost(Exception e)
    {
        var cause = e is RpcException { Status.DebugException: { } debug } ? debug : e;
        while (cause.InnerException is { } inner)
        {
            cause = inner;
        }

        return cause is RpcException rpc ? rpc.Status.Detail : cause.Message;
    }
}
