using System.Net;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Lockstep.Hosting.Security;

/// <summary>
/// Where the reasons go for which callers are turned away; they themselves hear none. Whoever calls again and again fills no disk: the same
/// refusal is told once an hour, and past some lines a second only their number is kept.
/// </summary>
public sealed partial class RefusalLog(ILogger<RefusalLog> logger, TimeProvider time)
{
    private const int LinesASecond = 20;
    private const int Remembered = 256; // refusals that are told apart
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1),
        Again = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Host, string Reason), Told> _told = [];
    private long _since;
    private int _lines,
        _untold;

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
        int untold = 0,
            same;
        lock (_gate)
        {
            if (!IsNews(HostOf(caller), reason, out same))
                return;
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
        if (same > 0)
            LogRepeated(logger, caller, same, reason);
        else
            LogRefused(logger, caller, reason);
    }

    /// <summary>Whether it was not told in the last hour; if it was told before that, how often it came since.</summary>
    private bool IsNews(string host, string reason, out int same)
    {
        same = 0;
        if (_told.TryGetValue((host, reason), out var told) && time.GetElapsedTime(told.Since) < Again)
        {
            told.Same++;
            return false;
        }
        if (told is not null)
            same = told.Same;
        else if (_told.Count >= Remembered)
            _told.Clear();
        _told[(host, reason)] = new Told { Since = time.GetTimestamp() };
        return true;
    }

    /// <summary>A caller without its port, which is another at each connection.</summary>
    private static string HostOf(string caller) => IPEndPoint.TryParse(caller, out var endpoint) ? endpoint.Address.ToString() : caller;

    [LoggerMessage(LogLevel.Warning, "Refused {Caller}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string caller, string reason);

    [LoggerMessage(LogLevel.Warning, "Refused {Caller}, and {Count} more times since the last report: {Reason}")]
    private static partial void LogRepeated(ILogger logger, string caller, int count, string reason);

    [LoggerMessage(LogLevel.Warning, "{Count} more callers were refused and are not listed")]
    private static partial void LogUntold(ILogger logger, int count);

    private sealed class Told
    {
        public required long Since { get; init; }

        public int Same { get; set; }
    }
}
