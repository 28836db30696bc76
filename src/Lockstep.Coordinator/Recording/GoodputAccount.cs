using Lockstep.Core.Membership;
using Lockstep.Core.Numerics;
using Lockstep.Core.Runs;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using UsedTime = Lockstep.Core.Runs.UsedTime;

namespace Lockstep.Coordinator.Recording;

/// <summary>
/// Accounts for every second of a run: the time between two of its events goes to one use, or is divided among several, so that the uses
/// add up to the run's time. What is booked stays booked; time of which later events say what it went to is pending until then. It knows
/// no clock and no file.
/// </summary>
internal sealed class GoodputAccount
{
    private readonly double[] _seconds = new double[Enum.GetValues<TimeUse>().Length];
    private TimeUse? _doing = TimeUse.Starting; // null while steps are made, whose events say what their time went to
    private double _now; // seconds since this coordinator began
    private double _open; // pending: seconds since the last step, evaluation or change of state
    private double _broken; // pending: seconds of steps that a loss broke, or that are told after it
    private double _away; // pending: seconds without a coordinator, in which steps may have been made
    private bool _hasTrained; // under this coordinator
    private bool _isOver;

    /// <param name="kept">What an earlier coordinator has accounted for; null for none.</param>
    /// <param name="gap">Seconds since then, in which none led the run.</param>
    public GoodputAccount(KeptGoodput? kept = null, double gap = 0)
    {
        if (kept is null)
            return;
        foreach (var used in kept.Goodput.Uses)
            _seconds[(int)used.Use] = used.Seconds;
        FurthestStep = kept.FurthestStep;
        gap = Math.Max(0, gap);
        if (kept.IsOver)
            Book(TimeUse.Stopped, gap);
        else
            _away = gap;
    }

    /// <summary>The last step that the run has ever made; those up to it are repeated when they come again.</summary>
    public long FurthestStep { get; private set; }

    /// <summary>What is to be kept for a coordinator after this one.</summary>
    /// <param name="time">The time of the machine.</param>
    public KeptGoodput Keep(DateTimeOffset time) => new(time, FurthestStep, _isOver, Goodput);

    /// <summary>
    /// The uses so far, with what is pending: a step in progress counts as productive, a broken one as repeated, until more is known.
    /// </summary>
    public Goodput Goodput => Of(use => _seconds[(int)use] + Pending(use));

    /// <summary>The uses so far without what is pending: no use ever gets less.</summary>
    public Goodput Booked => Of(use => _seconds[(int)use]);

    /// <summary>Time has passed.</summary>
    /// <param name="now">Seconds since this coordinator began.</param>
    public void Pass(double now)
    {
        double passed = Math.Max(0, now - _now);
        _now = Math.Max(_now, now);
        if (_isOver)
            return; // a process that still answers is no part of the run
        if (_doing is { } use)
            Book(use, passed);
        else
            _open += passed;
    }

    /// <summary>Something has happened to the run.</summary>
    /// <param name="entry">Of the event stream.</param>
    /// <param name="now">Seconds since this coordinator began.</param>
    public void Take(RunEvent entry, double now)
    {
        Pass(now);
        switch (entry.EventCase)
        {
            case RunEvent.EventOneofCase.State:
                Enter(entry.State.State.ToState());
                break;
            case RunEvent.EventOneofCase.Step when entry.Step.Workers.Count > 0:
                Take(entry.Step);
                break;
            case RunEvent.EventOneofCase.Epoch:
                Book(TimeUse.Evaluating, TakeOpen());
                break;
        }
    }

    private void Enter(RunState state)
    {
        bool isTraining = state is RunState.Running or RunState.Draining;
        if (_doing is null && !isTraining)
        {
            if (state is RunState.Settling or RunState.Failed)
                _broken += TakeOpen();
            else
                Book(TimeUse.Saving, TakeOpen());
        }
        if (state is RunState.Running or RunState.Finished or RunState.Failed)
            Settle(TimeUse.Repeated, ref _broken);
        if (!isTraining)
            Settle(TimeUse.Away, ref _away);
        _isOver = state is RunState.Finished or RunState.Failed;
        _hasTrained |= state == RunState.Running;
        _doing = state switch
        {
            RunState.Running or RunState.Draining => null,
            RunState.Waiting when !_hasTrained => TimeUse.Starting,
            _ => TimeUse.Forming,
        };
    }

    private void Take(StepDone step)
    {
        double length = step.Workers.Max(w => w.Phases?.Total ?? 0),
            seconds = TakeOpen();
        if (length <= seconds)
            Settle(TimeUse.Away, ref _away); // it was made after the coordinator came back
        seconds += Take(ref _broken, length - seconds);
        seconds += Take(ref _away, length - seconds);
        if (step.Step <= FurthestStep)
        {
            Book(TimeUse.Repeated, seconds);
            return;
        }
        FurthestStep = step.Step;
        List<Phases> heard = [.. step.Workers.Select(w => w.Phases).Where(p => p is { Total: > 0 })];
        if (heard.Count > 0)
        {
            Split(TimeUse.Saving, heard.Max(p => p.SaveWait), ref seconds);
            Split(TimeUse.Data, heard.Max(p => p.DataWait), ref seconds);
            double[] own = [.. heard.Select(p => OwnWork.Seconds(p) - p.DataWait - p.SaveWait)];
            Split(TimeUse.Stragglers, own.Max() - Median.Of(own), ref seconds);
        }
        Book(TimeUse.Productive, seconds);
    }

    /// <summary>A part of a step's time went to something else.</summary>
    private void Split(TimeUse use, double part, ref double seconds)
    {
        part = Math.Clamp(part, 0, seconds);
        Book(use, part);
        seconds -= part;
    }

    /// <summary>A step that is told late was made in time that is pending.</summary>
    private static double Take(ref double pending, double missing)
    {
        double taken = Math.Clamp(missing, 0, pending);
        pending -= taken;
        return taken;
    }

    private double TakeOpen()
    {
        double open = _open;
        _open = 0;
        return open;
    }

    /// <summary>No step comes any more that was made in this time.</summary>
    private void Settle(TimeUse use, ref double pending)
    {
        Book(use, pending);
        pending = 0;
    }

    private double Pending(TimeUse use) =>
        use switch
        {
            TimeUse.Productive => _open,
            TimeUse.Repeated => _broken,
            TimeUse.Away => _away,
            _ => 0,
        };

    private static Goodput Of(Func<TimeUse, double> seconds) =>
        new([.. Enum.GetValues<TimeUse>().Select(use => new UsedTime(use, seconds(use))).Where(u => u.Seconds > 0)]);

    private void Book(TimeUse use, double seconds) => _seconds[(int)use] += seconds;
}
