using AlexNet.Core.Errors;
using AlexNet.Model;
using AlexNet.Transport.SharedMemory;
using Microsoft.AspNetCore.Hosting.Server;

namespace AlexNet.Worker;

/// <summary>Runs the worker once its ports are bound, turns what ends it into an exit code, and ends the process.</summary>
internal sealed class WorkerService(
    RunWorker worker, WorkerOutcome outcome, IServer server, IHostApplicationLifetime lifetime, ILogger<WorkerService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        try
        {
            outcome.ExitCode = await worker.RunAsync(server, stoppingToken);
            logger.Finished(outcome.ExitCode);
        }
        catch (Exception e)
        {
            outcome.ExitCode = ExitCodeOf(e);
            logger.Failed(outcome.ExitCode, outcome.Updates, e.Message);
            logger.FailedAt(e);
        }
        lifetime.StopApplication();
    }

    /// <summary>The exit code that an error calls for.</summary>
    public static int ExitCodeOf(Exception error) => error switch
    {
        BadInputException or SharedMemoryException => ExitCodes.BadInput,
        MemoryExhaustedException => ExitCodes.MemoryExhausted,
        _ => ExitCodes.Failed,
    };
}
