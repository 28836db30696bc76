using Lockstep.Core.Runs;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Runs;

namespace Lockstep.Coordinator.Recording;

/// <summary>
/// Keeps the account of the run's time over its restarts: it goes on with what an earlier coordinator has left, and leaves its own, at
/// least once a second. Called by the run's loop alone, but for <see cref="Now"/> and
/// <see cref="Booked"/>.
/// </summary>
internal sealed class GoodputRecorder
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _directory;
    private readonly SteadyClock _time;
    private readonly GoodputAccount _account;
    private readonly long _start;
    private long _written;
    private volatile Goodput _now,
        _booked;

    public GoodputRecorder(CoordinatorOptions options, RunLedger ledger, SteadyClock time)
    {
        (_directory, _time, _start) = (options.RunDirectory, time, time.GetTimestamp());
        _written = _start;
        var kept = ledger.RunId is null ? null : GoodputFile.TryRead(_directory);
        _account = new GoodputAccount(kept, kept is null ? 0 : (TimeProvider.System.GetUtcNow() - kept.Time).TotalSeconds);
        (_now, _booked) = (_account.Goodput, _account.Booked);
    }

    /// <summary>The account so far; any thread may read it.</summary>
    public Goodput Now => _now;

    /// <summary>
    /// What a coordinator after this one knows at least: no use ever gets less, over all restarts. Any thread may read it.
    /// </summary>
    public Goodput Booked => _booked;

    /// <summary>Something has happened to the run.</summary>
    public void Take(RunEvent entry)
    {
        _account.Take(entry, Seconds);
        Keep(isDue: entry.State is not null);
    }

    /// <summary>Time has passed.</summary>
    public void Pass()
    {
        _account.Pass(Seconds);
        Keep(isDue: false);
    }

    private double Seconds => _time.GetElapsedTime(_start).TotalSeconds;

    private void Keep(bool isDue)
    {
        _now = _account.Goodput;
        if (!isDue && _time.GetElapsedTime(_written) < Interval)
            return;
        _written = _time.GetTimestamp();
        GoodputFile.Write(_directory, _account.Keep(TimeProvider.System.GetUtcNow()));
        _booked = _account.Booked;
    }
}
