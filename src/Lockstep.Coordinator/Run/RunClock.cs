namespace Lockstep.Coordinator.Run;

/// <summary>Tells the run's loop that time passes, so that it looks at its deadlines.</summary>
internal sealed class RunClock(RunLoop loop, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            await loop.AskAsync(new TimePassed()).ConfigureAwait(false);
    }
}
