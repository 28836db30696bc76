using Lockstep.Core.Timings;
using Lockstep.Protocol.V1;
using Lockstep.Worker.Flights;
using Lockstep.Worker.Phasing;

namespace Lockstep.Worker.Watching;

/// <summary>
/// Follows a step from phase to phase: measures and traces it, strikes with an injected fault, and sets how long workers wait for each
/// other by how long their own steps take, so that a worker that hangs is noticed soon (law 6). What it sees is told to the coordinator as
/// a sign of life.
/// </summary>
/// <param name="longest">The plan's deadline of a wait between workers.</param>
/// <param name="setDeadline">Sets that of the waits to come.</param>
/// <param name="fault">To strike with; null for none.</param>
/// <param name="trace">The trace of chosen steps.</param>
/// <param name="flight">Records the phases.</param>
/// <param name="alive">Tells that training goes on, and in which phase.</param>
/// <param name="time">The clock.</param>
internal sealed class StepWatch(
    TimeSpan longest,
    Action<TimeSpan> setDeadline,
    ArmedFault? fault,
    StepTrace trace,
    FlightRecorder flight,
    Action<Phase> alive,
    TimeProvider time
)
{
    private const int Calibration = 5; // steps to see before the deadline follows them; the first are slow
    private const int Remembered = 20; // steps
    private static readonly LivenessTimings Times = LivenessTimings.Standard;

    private readonly Queue<double> _seconds = new();
    private volatile StepPlace _place = new(0, Phase.Start, time.GetTimestamp());
    private long _step;

    public StepClock Clock { get; } = new(time);

    /// <summary>Where training is, for any thread that asks.</summary>
    public StepPlace Place => _place;

    public void Begin(long step)
    {
        _step = step;
        trace.Begin(step);
        Clock.Begin();
    }

    public void Enter(Phase phase)
    {
        _place = new(_step, phase, time.GetTimestamp());
        alive(_place.Phase);
        trace.Enter(phase);
        flight.Enter(_step, phase);
        fault?.At(_step, phase);
    }

    /// <summary>Something was done that is no phase of a step.</summary>
    public void Alive()
    {
        _place = _place with { Since = time.GetTimestamp() };
        alive(_place.Phase);
    }

    /// <summary>What comes now is no step; workers have the plan's deadline for it.</summary>
    /// <param name="phase">What it is.</param>
    public void Pause(Phase phase)
    {
        setDeadline(longest);
        flight.Enter(_step, phase);
        _place = _place with { Phase = phase, Since = time.GetTimestamp() };
    }

    /// <summary>The step is done: seconds of each phase.</summary>
    public Phases End()
    {
        var phases = Clock.End();
        trace.End();
        _seconds.Enqueue(phases.Total);
        if (_seconds.Count > Remembered)
            _seconds.Dequeue();
        if (_seconds.Count >= Calibration)
            setDeadline(Shorter(longest, Longer(Times.PeerLeast, TimeSpan.FromSeconds(Times.PeerSteps * _seconds.Max()))));
        return phases;
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
