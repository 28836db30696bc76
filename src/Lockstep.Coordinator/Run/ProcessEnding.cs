using Lockstep.Hosting;

namespace Lockstep.Coordinator.Run;

/// <summary>Ends the process once the run is over, and everybody has heard of it or has had the time to.</summary>
internal sealed class ProcessEnding(CoordinatorOptions options, IHostApplicationLifetime lifetime, SteadyClock time)
{
    private static readonly TimeSpan LeaveGrace = TimeSpan.FromSeconds(5); // for workers to go before the coordinator does

    private readonly TaskCompletionSource _allLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>No worker is connected any more.</summary>
    public void AllLeft() => _allLeft.TrySetResult();

    /// <param name="heard">Completes when a watcher has heard everything.</param>
    /// <param name="untilHeard">Waits for that, and not for the workers to leave.</param>
    /// <param name="lingers">Metrics stay readable for as long as the settings say.</param>
    public void Begin(Task heard, bool untilHeard, bool lingers) => _ = EndAsync(untilHeard ? heard : _allLeft.Task, lingers);

    private async Task EndAsync(Task awaited, bool lingers)
    {
        using var grace = new CancellationTokenSource(LeaveGrace, time);
        await awaited.WaitAsync(grace.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (options.Linger > TimeSpan.Zero && lingers)
            await Task.Delay(options.Linger, time, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lifetime.StopApplication();
    }
}
