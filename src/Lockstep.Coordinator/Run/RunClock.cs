namespace Lockstep.Coordinator.Run;

/// <summary>Makes the controller look at its deadlines as time passes.</summary>
internal sealed class RunClock(RunController controller, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            Decide();
    }

    private void Decide()
    {
        try
        {
            controller.Decide();
        }
        catch (Exception e) // of its files, for example
        {
            controller.Break(e);
        }
    }
}
