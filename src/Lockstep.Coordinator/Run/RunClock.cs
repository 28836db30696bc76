using Lockstep.Core.Timings;

namespace Lockstep.Coordinator.Run;

/// <summary>Tells the run's loop that time passes, so that it looks at its deadlines.</summary>
internal sealed class RunClock(RunLoop loop, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LivenessTimings.Standard.LookInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            await loop.AskAsync(new TimePassed()).ConfigureAwait(false);
    }
}
