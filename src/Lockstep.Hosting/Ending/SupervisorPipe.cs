using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lockstep.Hosting.Ending;

/// <summary>
/// Ends this process when the process that started it is gone: the starter holds the other end of standard input, which closes however it
/// ends.
/// </summary>
public sealed partial class SupervisorPipe(IHostApplicationLifetime lifetime, TimeProvider time, ILogger<SupervisorPipe> logger)
    : BackgroundService
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var pipe = Console.OpenStandardInput();
        byte[] buffer = new byte[64];
        // a console read does not heed cancellation, so it is left behind when the host stops by itself
        while (await pipe.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(stoppingToken).ConfigureAwait(false) > 0) { }

        LogSupervisorGone(logger);
        // at once where it has started; stopped before, the start would fail with a stack trace
        lifetime.ApplicationStarted.Register(lifetime.StopApplication);
        await Task.Delay(Grace, time, CancellationToken.None).ConfigureAwait(false); // training may be deep in native code
        ProcessEnd.Now(Core.Errors.ExitCodes.Failed);
    }

    [LoggerMessage(LogLevel.Warning, "The process that started this one is gone; ending.")]
    private static partial void LogSupervisorGone(ILogger logger);
}
