using Lockstep.Coordinator.Checkpoints;
using Lockstep.Coordinator.Generations;
using Lockstep.Coordinator.Recording;
using Lockstep.Coordinator.Turns;
using Lockstep.Coordinator.Workers;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Runs;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Run;

/// <summary>
/// Decides what follows from what happens. Every input (a worker joins, reports or leaves; time passes; something was read or written)
/// changes what is known, then <see cref="MembershipPolicy"/> is asked what follows. It touches no file, no network and no clock: what is
/// to be done comes out as effects, in order.
/// </summary>
internal sealed class RunDirector
{
    private readonly Turn _turn = new();
    private readonly StepAggregator _aggregator;
    private readonly CoordinatorOptions _options;
    private readonly RunPast _past;
    private readonly RunStanding _run;
    private readonly CheckpointQueue _checkpoints;
    private readonly Attendance _attendance;
    private readonly GenerationLead _generation;
    private readonly WorkerHearing _hearing;
    private readonly RunEnding _ending;

    /// <param name="options">The coordinator's settings.</param>
    /// <param name="past">What was found on disk.</param>
    public RunDirector(CoordinatorOptions options, RunPast past)
    {
        (_options, _past) = (options, past);
        _aggregator = new StepAggregator(options.Recipe.Training.Phases);
        _run = new RunStanding(past.RunId ?? $"{options.Recipe.Name}-{past.NewId}")
        {
            Plan = past.Plan,
            PeerToken = past.PeerToken,
            Restarts = past.IsResumed ? 0 : past.Restarts,
            Data = past.Data,
        };
        _checkpoints = new CheckpointQueue(_turn);
        var factors = new FactorChooser(options, past.Factors, _turn);
        _attendance = new Attendance(_turn, _aggregator, factors, past.Term, _run.RunId, options.Recipe);
        var protection = new ProtectionChooser(options, past.Protection, _turn);
        var former = new GenerationFormer(options, past.IsResumed, _aggregator, factors, protection, _turn);
        _generation = new GenerationLead(options, _run, _attendance, _checkpoints, former, factors, protection, _aggregator, _turn);
        _hearing = new WorkerHearing(options, _run, _attendance, _generation, _turn);
        _ending = new RunEnding(options, past, _run, _attendance, _aggregator, _turn);
        _aggregator.Replay(past.Records);
    }

    /// <summary>How the run stands, beside its workers and steps.</summary>
    public RunStanding Run => _run;

    /// <summary>The coordinator starts: a run begins, is resumed, or is taken over.</summary>
    public IReadOnlyList<RunEffect> Begin(DateTimeOffset now)
    {
        _turn.Begin(now);
        _run.Since = now;
        if (_past is { IsTakenOver: true, Plan: { } told })
            _generation.Retell(_past, told);
        if (_past is { IsDrainAsked: true, End: null } && !_options.Resume) // of a coordinator that was lost
            (_run.DrainAsked, _run.IsHeld) = (now, _past.IsHeld);
        if (!_past.IsTakenOver)
            _turn.Do(new KeepBegin(_run.RunId, Drain: _run.DrainAsked is not null, Hold: _run.IsHeld));
        else if (_past.End is { } end)
            Enter(_ending.Again(end));
        else if (_past.Plan is { } plan)
            _generation.TakeOver(_past, plan);
        return _turn.End();
    }

    /// <summary>Takes an input; returns its answer, and what is to be done.</summary>
    public RunTurn Take(RunInput input, DateTimeOffset now)
    {
        _turn.Begin(now);
        object? answer = input switch
        {
            Joining joining => Take(joining.Join),
            Said said => Take(said.Session, said.Message),
            Left left => Take(left),
            DrainWanted drain => TryDrain(drain.Holds),
            SaveWanted => TrySave(),
            StopWanted => TryStop(),
            TimePassed => Decide(),
            Prepared prepared => Take(prepared),
            Published published => Take(published),
            Broken broken => Break(broken.Error),
            _ => throw new ArgumentOutOfRangeException(nameof(input), input, "The run's loop does not know it."),
        };
        return new RunTurn(answer, _turn.End());
    }

    /// <summary>How the run stands, for its status.</summary>
    /// <param name="now">On the steady clock.</param>
    /// <param name="wallClock">The same moment on the machine's clock.</param>
    /// <param name="timeline">What has happened so far.</param>
    public RunSight Look(DateTimeOffset now, DateTimeOffset wallClock, TimelineSnapshot timeline) =>
        new(_run.RunId, _run.State, _run.Since, _run.Reason, _run.Plan)
        {
            Now = now,
            WallClock = wallClock,
            Term = _past.Term,
            Restarts = _run.Restarts,
            DrainAsked = _run.DrainAsked is not null,
            SaveAsked = _checkpoints.IsAsked,
            TrainSamples = _attendance.Samples.Train,
            Workers = [.. _attendance.Roster.Sessions.Select(s => new SeenWorker(s.Worker, s.Device, s.LastMessage, s.LastHeard))],
            Step = _aggregator.Steps,
            LastEpoch = _aggregator.LastEpoch,
            Evaluations = _aggregator.Evaluations,
            Curves = _aggregator.Curves.Now(),
            Timeline = timeline,
        };

    private JoinAnswer Take(Join join)
    {
        var answer =
            _run.Farewell is { } farewell ? new JoinAnswer(null, _attendance.Dismiss(join, farewell))
            : join.Generation > 0 ? _generation.Return(join)
            : new(_attendance.TryJoin(join, _run.Plan, out var session), session);
        Decide();
        return answer;
    }

    private string? Take(WorkerSession session, WorkerMessage message)
    {
        var heard = _hearing.Take(session, message);
        if (heard.Decision is { } decision)
            Enter(decision);
        if (heard.AsksPolicy)
            Decide();
        return heard.Problem;
    }

    private bool Take(Left left)
    {
        var (session, end) = left;
        _turn.HangUp(session);
        bool known = _attendance.Roster.Sessions.Contains(session);
        if (
            known
            && !_run.IsOver
            && session.Connected
            && session.Worker.Stage is not (WorkerStage.Finished or WorkerStage.Drained or WorkerStage.Failed)
        )
        {
            string problem = session.Worker is { IsLeaving: true, Problem: { } farewell } ? farewell : end;
            session.Worker = session.Worker with { Problem = problem };
            _attendance.Become(session, WorkerStage.Lost, problem);
        }
        session.Connected = false;
        if (known && !_run.IsOver && _options.MostRestarts > 0 && (session.Worker.Rank is null || _run.State == RunState.Waiting))
            _attendance.Roster.Remove(session); // nothing waits for it: a spare one, or no generation is in force
        Decide();
        if (_run.IsOver)
            _ending.TellIfAllLeft();
        return true;
    }

    private bool TryDrain(bool holds)
    {
        if (_run.IsOver)
            return false;
        bool isNew = _run.DrainAsked is null || (holds && !_run.IsHeld);
        _run.IsHeld |= holds;
        if (isNew)
            _turn.Do(new KeepDrain(_run.IsHeld));
        _run.DrainAsked ??= _turn.Now;
        return Decide();
    }

    private string? TrySave()
    {
        if (_run.State != RunState.Running)
            return $"The run is {Word(_run.State)}; only one that trains can save itself.";
        if (!_checkpoints.TryAsk())
            return "A checkpoint is being saved already.";
        _generation.AskToSave();
        return null;
    }

    private string? TryStop()
    {
        if (_run.IsOver)
            return $"The run is {Word(_run.State)} already.";
        (_run.IsHeld, _run.EndsAsWished) = (true, true);
        string resume = RunHints.Resume(_options.RunDirectory);
        Fail($"The run was stopped at the status page, at once; it can go on from its newest checkpoint: {resume}");
        return null;
    }

    private bool Take(Prepared prepared)
    {
        _generation.Take(prepared.Preparation);
        return Decide();
    }

    private bool Take(Published published)
    {
        _generation.Take(published.Checkpoint);
        return Decide();
    }

    private bool Break(Exception error)
    {
        if (!_run.IsOver)
            Fail($"The coordinator failed: {ProgramExit.MessageOf(error)}");
        return true;
    }

    /// <summary>Asks the policy, and does what it says, until it says to stay.</summary>
    private bool Decide()
    {
        while (true)
        {
            var workers = _attendance.Roster.Workers;
            _turn.Do(new CountWorkers(workers));
            var decision = MembershipPolicy.Decide(_turn.Now, SnapshotOf(workers), Patience.Of(_options, _aggregator.SlowestSeconds));
            if (_run.Farewell is null)
                _run.Reason = decision.Reason;
            if (decision.Next == _run.State || (decision.Next == RunState.Forming && !_generation.IsPrepared(decision.Replicas)))
                break;
            Enter(decision); // the new state may lead on at once
        }
        if (_run.Farewell is null && _turn.Now - _run.DrainAsked > _options.Grace)
        {
            Fail(
                $"The run did not stop within the {_options.Grace.TotalSeconds:0} s of --grace ({WhatHoldsTheEndUp()}); it can "
                    + $"go on from its newest checkpoint: {RunHints.Resume(_options.RunDirectory)}"
            );
        }

        return true;
    }

    /// <summary>A save that failed is the cause of whatever its next attempt is waiting for.</summary>
    private string WhatHoldsTheEndUp() =>
        _checkpoints.FailedSave is { } failed
            ? $"step {failed.Step}, the last, was not saved: {failed.Problem.TrimEnd('.')}"
            : _run.Reason.TrimEnd('.');

    private MembershipSnapshot SnapshotOf(IReadOnlyList<WorkerSnapshot> workers) =>
        new(_run.State, _run.Since, workers)
        {
            Generation = _run.Plan?.Generation ?? 0,
            Replicas = _run.Plan?.Topology.Replicas ?? _options.Topology.Replicas,
            IsKept = _run.Plan is { Keepers.Count: > 0, KeepEvery: 1 },
            WhyAnother = _generation.WhyAnother,
            Restarts = _run.Restarts,
            IsSaving = _checkpoints.IsSaving,
            IsPublishing = _checkpoints.IsPublishing,
            SavedStep = _checkpoints.SavedStep,
            FailedSave = _checkpoints.FailedSave,
            EndsAtBorder = _run.EndsAtBorder,
            DrainAsked = _run.DrainAsked is not null,
        };

    private void Enter(Decision decision)
    {
        var before = _run.State;
        (_run.State, _run.Since, _run.Reason) = (decision.Next, _turn.Now, decision.Reason);
        _turn.Tell(_run.State, decision.Reason);
        switch (_run.State)
        {
            case RunState.Waiting:
                _generation.End(decision);
                break;
            case RunState.Forming:
                if (_generation.TryForm(decision.Replicas) is { } problem)
                    Enter(new Decision(RunState.Failed, problem, ExitCodes.BadInput));
                break;
            case RunState.Running:
                _generation.Start();
                break;
            case RunState.Settling:
                _generation.Settle(isBorderReachable: before == RunState.Running, decision.Reason);
                break;
            case RunState.Draining:
                _turn.Send(_attendance.Roster.Members, new() { Drain = new Drain() });
                break;
            case RunState.Finished:
                _ending.Finish(decision);
                break;
            case RunState.Failed:
                _ending.Fail(decision);
                break;
        }
    }

    private void Fail(string reason) => Enter(new Decision(RunState.Failed, reason, ExitCodes.Failed));

    private static string Word(RunState state) => state.ToString().ToLowerInvariant();
}
