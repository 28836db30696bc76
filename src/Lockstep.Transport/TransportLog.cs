using Lockstep.Core.Plans;
using Microsoft.Extensions.Logging;

namespace Lockstep.Transport;

internal static partial class TransportLog
{
    [LoggerMessage(1, LogLevel.Debug, "Linked with {Peer} over {Transport}")]
    public static partial void Linked(this ILogger logger, Member peer, string transport);

    [LoggerMessage(
        2,
        LogLevel.Information,
        "Generation {Generation}: {Slot} is linked with {Peers} peers, {Shared} of them over shared memory"
    )]
    public static partial void Connected(this ILogger logger, long generation, string slot, int peers, int shared);

    [LoggerMessage(3, LogLevel.Warning, "Lost {Peer}: {Reason}")]
    public static partial void Lost(this ILogger logger, Member peer, string reason);

    [LoggerMessage(9, LogLevel.Information, "{Peer}, has left the generation: {Reason}")]
    public static partial void Ended(this ILogger logger, Member peer, string reason);

    [LoggerMessage(4, LogLevel.Debug, "Not linked yet with {Peer}: {Fault}")]
    public static partial void DialFailed(this ILogger logger, Member peer, string fault);

    [LoggerMessage(5, LogLevel.Warning, "Refused a stream from {Remote}: {Reason}")]
    public static partial void StreamRefused(this ILogger logger, string remote, string reason);

    [LoggerMessage(6, LogLevel.Debug, "Shares no memory with {Peer}: {Reason}")]
    public static partial void NotShared(this ILogger logger, Member peer, string reason);

    [LoggerMessage(7, LogLevel.Information, "Shared memory is not used, messages carry the tensors: {Reason}")]
    public static partial void NothingToShare(this ILogger logger, string reason);

    [LoggerMessage(
        8,
        LogLevel.Warning,
        "The name '{Name}' of {Peer} does not resolve to an address yet; it is tried again for {Seconds} s"
    )]
    public static partial void NameUnresolved(this ILogger logger, string name, Member peer, double seconds);
}
