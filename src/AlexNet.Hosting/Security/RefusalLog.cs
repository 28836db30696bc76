using System.Net;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace AlexNet.Hosting.Security;

/// <summary>
/// Where the reasons go for which callers are turned away; they themselves hear none. Whoever calls again and again fills no disk: past some
/// lines a second only their number is kept.
/// </summary>
public sealed partial class RefusalLog(ILogger<RefusalLog> logger, TimeProvider time)
{
    private const int LinesASecond = 20;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long _since;
    private int _lines, _untold;

    /// <summary>A caller was refused.</summary>
    public void Add(EndPoint? caller, string reason) => Add(caller?.ToString() ?? "unknown", reason);

    /// <summary>A call of gRPC was refused.</summary>
    public void Add(ServerCallContext call, string reason)
    {
        var connection = call.GetHttpContext().Connection;
        Add($"{connection.RemoteIpAddress}:{connection.RemotePort}", reason);
    }

    /// <summary>A caller was refused.</summary>
    public void Add(string caller, string reason)
    {
        int untold = 0;
        lock (_gate)
        {
            if (time.GetElapsedTime(_since) >= Window)
                (_since, _lines, untold, _untold) = (time.GetTimestamp(), 0, _untold, 0);
            if (++_lines > LinesASecond)
            {
                _untold++;
                return;
            }
        }
        if (untold > 0)
            LogUntold(logger, untold);
        LogRefused(logger, caller, reason);
    }

    [LoggerMessage(LogLevel.Warning, "Refused {Caller}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string caller, string reason);

    [LoggerMessage(LogLevel.Warning, "{Count} more were refused and are not listed")]
    private static partial void LogUntold(ILogger logger, int count);
}
