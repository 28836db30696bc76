using Lockstep.Coordinator.Checkpoints;
using Lockstep.Coordinator.Generations;
using Lockstep.Coordinator.Recording;
using Lockstep.Coordinator.Workers;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Runs;
using Lockstep.Core.Texts;
using Lockstep.Hosting;
using Lockstep.Hosting.Ending;
using Lockstep.Protocol.V1;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Run;

/// <summary>
/// Holds the run's state. Everything that happens (a worker joins, reports or leaves; time passes) changes the snapshot, then asks
/// <see cref="MembershipPolicy"/> what follows, and does it.
/// </summary>
internal sealed class RunController : IOrderlyEnd
{
    private static readonly TimeSpan LeaveGrace = TimeSpan.FromSeconds(5); // for workers to go before the coordinator does
    private const int RecordedInterval = 5; // steps from one word to the workers about what is recorded to the next

    private readonly object _lock = new();
    private readonly Attendance _attendance;
    private readonly TaskCompletionSource _allLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CoordinatorOptions _options;
    private readonly RunLedger _ledger;
    private readonly RunRecord _record;
    private readonly GenerationFormer _former;
    private readonly FactorChooser _factors;
    private readonly CheckpointKeeper _checkpoints;
    private readonly RunChronicle _chronicle;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly SteadyClock _time;
    private readonly string _runId;
    private RunState _state = RunState.Waiting;
    private DateTimeOffset _since;
    private Plan? _plan;
    private string _peerToken;
    private int _restarts;
    private string _reason = "The coordinator has started."; // for the state
    private DateTimeOffset? _drainAsked; // when
    private bool _endsAtBorder; // the generation that is settling
    private CoordinatorMessage? _end; // what workers are told once the run is over

    public RunController(
        CoordinatorOptions options,
        RunLedger ledger,
        RunRecord record,
        GenerationFormer former,
        FactorChooser factors,
        CheckpointKeeper checkpoints,
        RunChronicle chronicle,
        IHostApplicationLifetime lifetime,
        SteadyClock time
    )
    {
        (_options, _ledger, _record, _former, _factors, _checkpoints) = (options, ledger, record, former, factors, checkpoints);
        (_chronicle, _lifetime, _time, _since) = (chronicle, lifetime, time, time.GetUtcNow());
        (_runId, _restarts) = (ledger.RunId ?? $"{options.Recipe.Name}-{Guid.CreateVersion7():N}", ledger.IsResumed ? 0 : ledger.Restarts);
        _attendance = new Attendance(ledger, record, factors, time, _runId, options.Recipe);
        bool takesOver = ledger.RunId is not null && !ledger.IsResumed;
        (_plan, _peerToken) = ledger.Generation is { } led ? (led.Plan, led.PeerToken) : (null, "");
        record.Remember(takesOver ? _plan : null, ledger.Started);
        if (ledger.IsDrainAsked && ledger.End is null && !options.Resume) // of a coordinator that was lost
            _drainAsked = _since;
        if (!takesOver)
            ledger.Begin(_runId, drain: _drainAsked is not null);
        if (takesOver && ledger.End is { } end)
            Enter(end);
        else if (takesOver && _plan is { } plan)
            TakeOver(plan);
    }

    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; private set; } = ExitCodes.Failed;

    /// <summary>The generation in force, 0 before the first, and the secret that its members share.</summary>
    public (long Number, string PeerToken) Generation
    {
        get
        {
            lock (_lock)
                return (_plan?.Generation ?? 0, _peerToken);
        }
    }

    /// <summary>Takes a worker in; returns why not, where it cannot.</summary>
    public Refusal? TryJoin(Join join, out WorkerSession session)
    {
        lock (_lock)
        {
            Refusal? refusal =
                _end is { } farewell ? _attendance.Dismiss(join, farewell, out session)
                : join.Generation > 0 ? TryReturn(join, out session)
                : _attendance.TryJoin(join, _plan, out session);
            Decide();
            return refusal;
        }
    }

    /// <summary>Takes a worker's message; returns what is wrong with it, where something is that no delay explains.</summary>
    public string? Receive(WorkerSession session, WorkerMessage message)
    {
        lock (_lock)
        {
            bool isFree = message.MessageCase is WorkerMessage.MessageOneofCase.Loaded or WorkerMessage.MessageOneofCase.Failed;
            bool isOfGeneration = _plan is { } plan && message.Generation == plan.Generation && session.Worker.Rank is not null;
            if (!session.Connected || !(isFree || isOfGeneration))
                return null; // stale
            if (message.Ready is { } ready && ready.Transports.Count != _plan?.Members.Count)
                return $"links to {Count.Of(ready.Transports.Count, "worker")}, where the generation has {_plan?.Members.Count}";
            if (message.Loaded is { } loaded && _plan is not null && _attendance.ReadsOther(loaded))
            {
                _attendance.TurnAway(
                    session,
                    $"worker '{session.Worker.Id}' on {session.Worker.Host} reads other data (fingerprint {loaded.Fingerprint}) than the "
                        + "run; check its data directory."
                );
                return null;
            }
            if (_end is null && message.Loaded is { } read && !_attendance.Roster.Members.Any() && WhyOtherData(read) is { } others)
            {
                Enter(new Decision(RunState.Failed, others, ExitCodes.BadInput));
                return null;
            }
            session.Hear(message, _time.GetUtcNow());
            if (message.Standstill is not null)
                return null; // no progress
            session.Worker = session.Worker with { Heard = _time.GetUtcNow() };
            if (
                message.MessageCase
                is WorkerMessage.MessageOneofCase.Step
                    or WorkerMessage.MessageOneofCase.Evaluation
                    or WorkerMessage.MessageOneofCase.Alive
            )
            {
                _record.Progressed();
            }

            switch (message.MessageCase)
            {
                case WorkerMessage.MessageOneofCase.Step:
                    TakeStep(session, message.Step);
                    return null;
                case WorkerMessage.MessageOneofCase.Evaluation:
                    _record.Evaluation(message.Evaluation);
                    return null;
                case WorkerMessage.MessageOneofCase.Saved:
                    TakeSaved(session, message.Saved);
                    return null;
                default:
                    _attendance.Take(session, message);
                    break;
            }
            Decide();
            return null;
        }
    }

    /// <summary>A worker's stream has ended.</summary>
    public void Leave(WorkerSession session, string end)
    {
        lock (_lock)
        {
            session.Complete();
            bool known = _attendance.Roster.Sessions.Contains(session);
            bool isOver = _state is RunState.Finished or RunState.Failed;
            if (
                known
                && !isOver
                && session.Connected
                && session.Worker.Stage is not (WorkerStage.Finished or WorkerStage.Drained or WorkerStage.Failed)
            )
            {
                string problem = session.Worker is { IsLeaving: true, Problem: { } farewell } ? farewell : end;
                session.Worker = session.Worker with { Problem = problem };
                _attendance.Become(session, WorkerStage.Lost, problem);
            }
            session.Connected = false;
            if (known && !isOver && _options.MostRestarts > 0 && (session.Worker.Rank is null || _state == RunState.Waiting))
                _attendance.Roster.Remove(session); // nothing waits for it: a spare one, or no generation is in force
            Decide();
            if (_state is RunState.Finished or RunState.Failed && _attendance.Roster.Sessions.All(s => !s.Connected))
                _allLeft.TrySetResult();
        }
    }

    /// <summary>The coordinator itself has failed, at its files for example: the run ends, and no worker gets the blame.</summary>
    public void Break(Exception error)
    {
        lock (_lock)
        {
            if (_state is not (RunState.Finished or RunState.Failed))
                Enter(new Decision(RunState.Failed, $"The coordinator failed: {ProgramExit.MessageOf(error)}", ExitCodes.Failed));
        }
    }

    /// <summary>Somebody asks the run to end at the next step, saved; asked again it does what it is doing.</summary>
    public bool TryBegin()
    {
        lock (_lock)
        {
            if (_state is RunState.Finished or RunState.Failed)
                return false;
            if (_drainAsked is null)
                _ledger.AskToDrain();
            _drainAsked ??= _time.GetUtcNow();
            Decide();
            return true;
        }
    }

    /// <summary>Somebody asks for a checkpoint at the next step border; returns why there can be none now.</summary>
    public string? TrySave()
    {
        lock (_lock)
        {
            if (_state != RunState.Running)
                return $"The run is {Word(_state)}; only one that trains can save itself.";
            if (!_checkpoints.TryAsk())
                return "A checkpoint is being saved already.";
            AskToSave();
            return null;
        }
    }

    /// <summary>Somebody asks the run to end at once, whatever it is doing; returns why it cannot.</summary>
    public string? TryStop()
    {
        lock (_lock)
        {
            if (_state is RunState.Finished or RunState.Failed)
                return $"The run is {Word(_state)} already.";
            Enter(
                new Decision(
                    RunState.Failed,
                    "The run was stopped at the status page, at once; it can go on from its newest checkpoint: "
                        + $"{RunHints.Resume(_options.RunDirectory)}",
                    ExitCodes.Failed
                )
            );
            return null;
        }
    }

    /// <summary>How the run stands, for its status.</summary>
    public RunSight Look()
    {
        lock (_lock)
        {
            return new RunSight(_runId, _state, _since, _reason, _plan)
            {
                Now = _time.GetUtcNow(),
                WallClock = TimeProvider.System.GetUtcNow(),
                Term = _ledger.Term,
                Restarts = _restarts,
                DrainAsked = _drainAsked is not null,
                SaveAsked = _checkpoints.IsAsked,
                TrainSamples = _attendance.Samples.Train,
                Workers = [.. _attendance.Roster.Sessions.Select(s => new SeenWorker(s.Worker, s.Device, s.LastMessage, s.LastHeard))],
                Step = _record.Steps,
                LastEpoch = _record.LastEpoch,
                Evaluations = _record.Evaluations,
                Curves = _record.Curves,
                Chronicle = _chronicle.Now(),
            };
        }
    }

    /// <summary>Asks the policy, and does what it says.</summary>
    public void Decide()
    {
        lock (_lock)
        {
            var workers = _attendance.Roster.Workers;
            _record.Workers(workers);
            var snapshot = new MembershipSnapshot(_state, _since, workers)
            {
                Generation = _plan?.Generation ?? 0,
                Replicas = _plan?.Topology.Replicas ?? _options.Topology.Replicas,
                Restarts = _restarts,
                IsSaving = _checkpoints.IsSaving,
                IsPublishing = _checkpoints.IsPublishing,
                SavedStep = _checkpoints.SavedStep,
                FailedSave = _checkpoints.FailedSave,
                EndsAtBorder = _endsAtBorder,
                DrainAsked = _drainAsked is not null,
            };
            var decision = MembershipPolicy.Decide(_time.GetUtcNow(), snapshot, Patience.Of(_options, _record.SlowestStepSeconds));
            if (_end is null)
                _reason = decision.Reason;
            if (decision.Next != _state)
            {
                Enter(decision);
                Decide(); // the new state may lead on at once
            }
            else if (_end is null && _time.GetUtcNow() - _drainAsked > _options.Grace)
            {
                Enter(
                    new Decision(
                        RunState.Failed,
                        $"The run did not stop within the {_options.Grace.TotalSeconds:0} s of --grace ({_reason.TrimEnd('.')}); it can "
                            + $"go on from its newest checkpoint: {RunHints.Resume(_options.RunDirectory)}",
                        ExitCodes.Failed
                    )
                );
            }
        }
    }

    private void Enter(Decision decision)
    {
        var before = _state;
        (_state, _since, _reason) = (decision.Next, _time.GetUtcNow(), decision.Reason);
        _record.State(_runId, _state, decision.Reason);
        switch (_state)
        {
            case RunState.Waiting:
                EndGeneration(decision);
                break;
            case RunState.Forming:
                Form(decision);
                break;
            case RunState.Running:
                Start();
                break;
            case RunState.Settling:
                _endsAtBorder = before == RunState.Running && CanReachABorder;
                Roster.Send(
                    _attendance.Roster.Members,
                    new()
                    {
                        Regroup = new Regroup { Reason = decision.Reason, AtBorder = _endsAtBorder },
                    }
                );
                break;
            case RunState.Draining:
                Roster.Send(_attendance.Roster.Members, new() { Drain = new Drain() });
                break;
            case RunState.Finished:
                Finish(decision);
                break;
            case RunState.Failed:
                Fail(decision);
                break;
        }
    }

    /// <summary>All members are there, and some of them have steps left.</summary>
    private bool CanReachABorder =>
        _attendance.Roster.Members.All(s =>
            s.Worker
                is { Blames: null, Stage: not (WorkerStage.Lost or WorkerStage.Failed or WorkerStage.Away) }
                    and not { Stage: WorkerStage.Stopped, Standing: null }
        ) && _attendance.Roster.Members.Any(s => s.Worker.Stage != WorkerStage.Finished);

    /// <summary>A coordinator before this one led this generation; its workers form it or train on, and come back.</summary>
    private void TakeOver(Plan plan)
    {
        _attendance.Expect(plan, _options.Gone);
        _checkpoints.GoOn(plan);
        _state = _ledger.Started == plan.Generation ? RunState.Running : RunState.Forming;
        _reason =
            $"The coordinator was started again in term {_ledger.Term}; it waits for the workers of generation {plan.Generation} to come "
            + "back.";
        _record.State(_runId, _state, _reason);
    }

    /// <summary>A worker comes back to a coordinator that was lost, and hears how the run stands.</summary>
    private Refusal? TryReturn(Join join, out WorkerSession session)
    {
        if (_attendance.TryReturn(join, _plan, out session) is { } refusal)
            return refusal;
        if (_plan is { } plan)
            _record.Known(plan, _attendance.Samples.Train);
        if (_state != RunState.Forming && _plan is not null)
            session.Send(StartOf(_plan));
        if (_state == RunState.Draining)
            session.Send(new() { Drain = new Drain() });
        if (_state == RunState.Settling)
            session.Send(new() { Regroup = new Regroup { Reason = "the generation has ended" } });
        return null;
    }

    private void TakeStep(WorkerSession session, StepReport report)
    {
        session.Worker = session.Worker with { LastStep = report.Step };
        if (session.Worker.Rank is { } rank && _record.Step(rank, report) is { } step && step.Step % RecordedInterval == 0)
            Roster.Send(_attendance.Roster.Members, new() { Recorded = new Recorded { Step = step.Step } });
    }

    private void TakeSaved(WorkerSession session, Saved saved)
    {
        if (_plan is not { } plan || session.Worker.Rank is not { } rank || _attendance.Environment is not { } environment)
            return;
        CheckpointContents Contents() =>
            new(
                environment with
                {
                    Reduction = _factors.Summary(plan.Topology) ?? environment.Reduction,
                },
                _record.Evaluations,
                _attendance.Samples.Train
            )
            {
                Data = _attendance.Data,
            };
        if (_checkpoints.Take(plan, rank, saved, Contents, Published) is { Count: > 0 } drifted)
        {
            Enter(
                new Decision(
                    RunState.Failed,
                    $"After step {saved.Step} the weights of {string.Join("; ", drifted)} differ from those of {(plan.Topology.Replicas > 1 ? "replica 0" : "worker 0")}: they have drifted apart. Resume from the checkpoint before.",
                    ExitCodes.Failed
                )
            );
        }
    }

    private void Published(CheckpointSaved told)
    {
        lock (_lock)
        {
            if (_checkpoints.Published(told, _time.GetUtcNow()))
            {
                Roster.Send(
                    _attendance.Roster.Members,
                    new()
                    {
                        Recorded = new Recorded { Step = _record.Steps, Saved = told.Step },
                    }
                );
            }

            _record.Checkpoint(told);
            Decide();
        }
    }

    private void EndGeneration(Decision decision)
    {
        if (_plan is not { } plan)
            return;
        bool byLoss = false;
        foreach (var gone in _attendance.Roster.StrikeOff(decision.Missed))
        {
            byLoss |= !gone.Worker.IsLeaving;
            gone.Send(new() { Abort = new Abort { Reason = $"This worker was given up: {decision.Reason}" } });
            gone.Complete();
            gone.Connected = false;
            gone.Worker = gone.Worker with { Stage = WorkerStage.Lost };
            _attendance.Tell(gone, decision.Reason);
        }
        if (byLoss)
        {
            _restarts++;
            _record.Restarted(decision.Cause);
        }
        long applied = _attendance.Roster.Members.Max(s => s.Worker.Standing?.Applied) ?? 0;
        _record.Close(applied);
        _checkpoints.Abandon(plan);
    }

    private void Form(Decision decision)
    {
        if (_attendance.Environment is not { } environment)
            return;
        var available = _attendance.Roster.Workers.Where(w => w.IsAvailable).ToList();
        try
        {
            (_plan, _peerToken) = _former.Form(
                _plan,
                decision.Replicas,
                available,
                _attendance.Samples.Train,
                _restarts,
                _runId,
                environment
            );
        }
        catch (BadInputException e)
        {
            Enter(new Decision(RunState.Failed, e.Message, ExitCodes.BadInput));
            return;
        }
        _checkpoints.Begin(_plan);
        _attendance.Roster.Rank([.. _plan.Members.Select(m => available.Single(w => w.Id == m.WorkerId))]);
        foreach (var session in _attendance.Roster.Members)
            session.Send(new() { Plan = _plan.ToWire(session.Worker.Rank ?? 0, _peerToken) });
    }

    /// <summary>Why a run must not go on with what a worker has read; null where it may.</summary>
    private string? WhyOtherData(Loaded read) =>
        _ledger.Data?.Differences(Attendance.IdentityOf(read)) is { Count: > 0 } differences
            ? DataIdentity.Refusal(_options.RunDirectory, differences)
            : null;

    private void Start()
    {
        if (_plan is not { } plan)
            return;
        if (_ledger.Data is null && _attendance.Data is { } data)
        {
            _ledger.Bind(data);
            _record.Bind(data, isNew: plan.StartStep == 0);
        }
        foreach (var session in _attendance.Roster.Members)
            session.Worker = session.Worker with { Heard = _time.GetUtcNow() };
        var choice = _factors.Choose(plan.Topology, [.. _attendance.Roster.Members.Select(s => s.Speed)], _attendance.Inequalities);
        _ledger.Start(plan.Generation);
        _record.Begin(_runId, plan, choice, _attendance.Samples, [.. _attendance.Roster.Members]);
        Roster.Send(_attendance.Roster.Members, StartOf(plan));
        if (_checkpoints.IsAsked)
            AskToSave(); // the generation before did not come to it
    }

    private CoordinatorMessage StartOf(Plan plan) =>
        new()
        {
            Start = new Start { Generation = plan.Generation, Factors = { _factors.Known(plan.Topology)?.Layers ?? [] } },
        };

    /// <summary>One worker's vote asks for all; two might ask for two steps.</summary>
    private void AskToSave() => Roster.Send(_attendance.Roster.Members.OrderBy(s => s.Worker.Rank).Take(1), new() { Save = new Save() });

    private void Finish(Decision decision)
    {
        ExitCode = decision.ExitCode;
        if (decision.ExitCode == ExitCodes.Done)
        {
            _record.Finished(
                decision = decision with { EndedEarly = decision.EndedEarly ?? _record.EndedEarly(_attendance.Samples.Train) }
            );
        }
        else
        {
            _record.Interrupted(decision);
        }

        End(decision, new() { Goodbye = new Goodbye { ExitCode = decision.ExitCode } });
    }

    private void Fail(Decision decision)
    {
        ExitCode = decision.ExitCode;
        _record.Failed(decision);
        End(decision, new() { Abort = new Abort { Reason = decision.Reason } });
    }

    private void End(Decision decision, CoordinatorMessage farewell)
    {
        bool wasOver = _ledger.End is not null; // and a coordinator before this one may not have lived to tell it
        TryClose(decision);
        _end = farewell;
        Roster.Send(_attendance.Roster.Sessions, farewell);
        _ = StopAsync(wasOver);
    }

    /// <summary>Where the disk takes no more, the end is told all the same.</summary>
    private void TryClose(Decision decision)
    {
        try
        {
            _ledger.Close(decision);
        }
        catch (IOException e)
        {
            _record.EndNotRecorded(e.Message);
        }
    }

    private static string Word(RunState state) => state.ToString().ToLowerInvariant();

    private async Task StopAsync(bool untilHeard)
    {
        var heard = _record.Close();
        if (_attendance.Roster.Sessions.All(s => !s.Connected))
            _allLeft.TrySetResult();
        using var grace = new CancellationTokenSource(LeaveGrace, _time);
        await (untilHeard ? heard : _allLeft.Task).WaitAsync(grace.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_options.Linger > TimeSpan.Zero && _drainAsked is null) // who asked it to end does not wait for its metrics
            await Task.Delay(_options.Linger, _time, _lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _lifetime.StopApplication();
    }
}
