using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Lockstep.Transport.Tests.Cluster;

/// <summary>Collects what a server logs as an error.</summary>
internal sealed class ErrorLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Entries { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel))
        {
            Entries.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose() { }
}
