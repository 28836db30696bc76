using Lockstep.Core.Errors;
using Microsoft.AspNetCore.Hosting.Server;

namespace Lockstep.Worker.Run;

/// <summary>Runs the worker once its ports are bound, turns what ends it into an exit code, and ends the process.</summary>
internal sealed class WorkerService(
    RunWorker worker,
    WorkerOutcome outcome,
    IServer server,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<WorkerService> logger
) : BackgroundService
{
    // for the last words; reading data or loading libraries may take long
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        var stopped = base.StopAsync(cancellationToken);
        await (outcome.LeavesAtOnce ? Task.WhenAny(stopped, Task.Delay(AtOnce, time, CancellationToken.None)) : stopped);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        try
        {
            outcome.End(await worker.RunAsync(server, stoppingToken));
            logger.Finished(outcome.ExitCode);
        }
        catch (Exception) when (outcome.LeavesAtOnce)
        {
            logger.LeftAtOnce(outcome.ExitCode);
        }
        catch (RunEndedException e) when (e.ExitCode == ExitCodes.Done) // as an operator wished
        {
            outcome.End(e.ExitCode);
            logger.Ended(e.Message);
        }
        catch (Exception e)
        {
            outcome.End(WorkerFailure.ExitCodeOf(e));
            logger.Failed(outcome.ExitCode, outcome.Updates, e.Message);
            logger.FailedAt(e);
        }
        lifetime.StopApplication();
    }
}
