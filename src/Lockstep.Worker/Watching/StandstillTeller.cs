using Lockstep.Core.Timings;
using Lockstep.Protocol.V1;
using Lockstep.Transport;

namespace Lockstep.Worker.Watching;

/// <summary>
/// Tells the coordinator where training stands still, and for whom it waits, while it does: the thread that trains cannot. A worker that
/// tells nothing at all has no process any more, or no network.
/// </summary>
internal sealed class StandstillTeller : IDisposable
{
    private readonly StepWatch _watch;
    private readonly Func<PeerWait?> _waiting;
    private readonly Action<WorkerMessage> _tell;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <param name="watch">Knows how far training has come.</param>
    /// <param name="waiting">Knows which worker is waited for.</param>
    /// <param name="tell">Sends a message to the coordinator.</param>
    /// <param name="time">The clock.</param>
    public StandstillTeller(StepWatch watch, Func<PeerWait?> waiting, Action<WorkerMessage> tell, TimeProvider time)
    {
        (_watch, _waiting, _tell, _time) = (watch, waiting, tell, time);
        var interval = LivenessTimings.Standard.StandstillInterval;
        _timer = time.CreateTimer(_ => Look(), null, interval, interval);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var place = _watch.Place;
        var still = _time.GetElapsedTime(place.Since);
        if (still < LivenessTimings.Standard.StandstillLeast)
            return;
        var wait = _waiting();
        _tell(
            new WorkerMessage
            {
                Standstill = new Standstill
                {
                    Step = place.Step + 1,
                    Phase = place.Phase,
                    Operation = wait?.Operation.ToString() ?? "",
                    WaitsFor = wait?.Rank ?? -1,
                    Seconds = still.TotalSeconds,
                },
            }
        );
    }
}
