using System.Net.Sockets;

namespace Lockstep.Core.Errors;

/// <summary>
/// Tells a host name that does not resolve yet, as a Kubernetes pod's before it is scheduled, from a host that does not answer.
/// </summary>
public static class UnresolvedName
{
    /// <summary>Whether an error, or one that it comes from, is that of a name without an address.</summary>
    public static bool Is(Exception? error) =>
        error switch
        {
            null => false,
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } => true,
            _ => Is(error.InnerException),
        };
}
