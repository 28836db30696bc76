using AlexNet.Core.Checkpoints;
using AlexNet.Core.Errors;
using AlexNet.Core.Membership;
using AlexNet.Core.Recipes;
using AlexNet.Core.Sampling;
using AlexNet.Hosting;
using AlexNet.Protocol.V1;
using Plan = AlexNet.Core.Plans.Plan;

namespace AlexNet.Coordinator;

/// <summary>
/// Holds the run's state. Everything that happens (a worker joins, reports or leaves; time passes) changes the snapshot, then asks
/// <see cref="MembershipPolicy"/> what follows, and does it.
/// </summary>
internal sealed class RunController : IOrderlyEnd
{
    private static readonly TimeSpan LeaveGrace = TimeSpan.FromSeconds(5); // for workers to go before the coordinator does
    private static readonly TimeSpan FirstStep = TimeSpan.FromSeconds(30); // the time to settle before any step tells how long one takes
    private const double StepsToSettle = 2; // that a worker may still need to come to the end of its generation
    private const double StepsOfSilence = 20; // after which a worker is taken for hung; those that wait for it notice in half of that
    private static readonly TimeSpan LeastSilence = TimeSpan.FromSeconds(10);
    private const double DeadlinesOfSilence = 2;
    private const int RecordedInterval = 5; // steps from one word to the workers about what is recorded to the next

    private readonly object _lock = new();
    private readonly Roster _roster = new();
    private readonly TaskCompletionSource _allLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CoordinatorOptions _options;
    private readonly RunLedger _ledger;
    private readonly RunRecord _record;
    private readonly GenerationFormer _former;
    private readonly CheckpointCollector _collector;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly string _runId;
    private RunState _state = RunState.Waiting;
    private DateTimeOffset _since;
    private (int Train, int Test) _samples;
    private Plan? _plan;
    private int _restarts, _publishing;
    private DateTimeOffset? _drainAsked; // when
    private CoordinatorMessage? _end; // what workers are told once the run is over
    private RunEnvironment? _environment;

    public RunController(
        CoordinatorOptions options, RunLedger ledger, RunRecord record, GenerationFormer former, CheckpointCollector collector,
        IHostApplicationLifetime lifetime, TimeProvider time)
    {
        (_options, _ledger, _record, _former, _collector) = (options, ledger, record, former, collector);
        (_lifetime, _time, _since) = (lifetime, time, time.GetUtcNow());
        (_runId, _restarts) = (ledger.RunId ?? $"{options.Recipe.Name}-{Guid.CreateVersion7():N}", options.Resume ? 0 : ledger.Restarts);
        bool takesOver = ledger.RunId is not null && !options.Resume;
        _plan = ledger.Generation?.Plan;
        record.Remember(takesOver ? _plan : null, ledger.Started);
        if (!takesOver)
            ledger.Begin(_runId);
        else if (ledger.End is { } end)
            Enter(end);
        else if (_plan is { } plan)
            TakeOver(plan);
    }

    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; private set; } = ExitCodes.Failed;

    /// <summary>Takes a worker in; returns why not, where it cannot.</summary>
    public string? TryJoin(Join join, out WorkerSession session)
    {
        lock (_lock)
        {
            if (_end is { } farewell)
                return TryDismiss(join, farewell, out session);
            if (join.Generation > 0)
                return TryReturn(join, out session);
            var known = _roster.Find(join.WorkerId);
            if (known is not null and not { Worker.Stage: WorkerStage.Away })
                return Refused(out session, $"worker '{join.WorkerId}' on {join.Host} has a name that is taken; give each worker a name of its own (ALEXNET_WORKER_ID).");
            session = new WorkerSession(new WorkerSnapshot(join.WorkerId, join.Host, join.ProcessId, join.PeerAddress, WorkerStage.Joined));
            if (known is not null) // the plan in force never reached it, or a new process has its name
            {
                session.Worker = session.Worker with { Stage = WorkerStage.Stopped, Rank = known.Worker.Rank, Problem = $"it knows nothing of generation {_plan?.Generation}" };
                _roster.Remove(known);
            }
            _roster.Add(session);
            _environment ??= new RunEnvironment(join.Threads, join.InstructionSet, join.Libtorch, join.Device, join.Precision);
            Tell(session, $"on device {join.Device}, peers at {join.PeerAddress}, metrics at {join.MetricsAddress}");
            Welcome(session);
            Decide();
            return null;
        }
    }

    public void Receive(WorkerSession session, WorkerMessage message)
    {
        lock (_lock)
        {
            bool isFree = message.MessageCase is WorkerMessage.MessageOneofCase.Loaded or WorkerMessage.MessageOneofCase.Failed;
            if (!session.Connected || (message.Generation != (_plan?.Generation ?? 0) && !isFree))
                return; // stale
            session.Worker = session.Worker with { Heard = _time.GetUtcNow() };
            switch (message.MessageCase)
            {
                case WorkerMessage.MessageOneofCase.Loaded:
                    TakeLoaded(session, message.Loaded);
                    break;
                case WorkerMessage.MessageOneofCase.Ready:
                    session.Transports = message.Ready.Transports;
                    Become(session, WorkerStage.Ready, $"{message.Ready.Parameters:N0} parameters, links: {string.Join(", ", session.Transports)}");
                    break;
                case WorkerMessage.MessageOneofCase.Step:
                    TakeStep(session, message.Step);
                    return;
                case WorkerMessage.MessageOneofCase.Evaluation:
                    _record.Evaluation(message.Evaluation);
                    return;
                case WorkerMessage.MessageOneofCase.Saved:
                    TakeSaved(session, message.Saved);
                    return;
                case WorkerMessage.MessageOneofCase.Finished:
                    Become(session, WorkerStage.Finished, $"{message.Finished.Steps} steps");
                    break;
                case WorkerMessage.MessageOneofCase.Drained:
                    session.Worker = session.Worker with { LastStep = message.Drained.Step };
                    Become(session, WorkerStage.Drained, $"after step {message.Drained.Step}");
                    break;
                case WorkerMessage.MessageOneofCase.Stopped:
                    TakeStopped(session, message.Stopped, message.Generation);
                    break;
                case WorkerMessage.MessageOneofCase.Failed:
                    session.Worker = session.Worker with { Problem = message.Failed.Message, ExitCode = message.Failed.ExitCode, IsFatal = message.Failed.Fatal };
                    Become(session, WorkerStage.Failed, message.Failed.Message);
                    break;
                default:
                    return;
            }
            Decide();
        }
    }

    /// <summary>A worker's stream has ended.</summary>
    public void Leave(WorkerSession session, string end)
    {
        lock (_lock)
        {
            session.Complete();
            bool known = _roster.Sessions.Contains(session);
            bool isOver = _state is RunState.Finished or RunState.Failed;
            if (known && !isOver && session.Connected && session.Worker.Stage is not (WorkerStage.Finished or WorkerStage.Drained or WorkerStage.Failed))
            {
                session.Worker = session.Worker with { Problem = end };
                Become(session, WorkerStage.Lost, end);
            }
            session.Connected = false;
            if (known && !isOver && _options.MostRestarts > 0 && (session.Worker.Rank is null || _state == RunState.Waiting))
                _roster.Remove(session); // nothing waits for it: a spare one, or no generation is in force
            Decide();
            if (_state is RunState.Finished or RunState.Failed && _roster.Sessions.All(s => !s.Connected))
                _allLeft.TrySetResult();
        }
    }

    /// <summary>The coordinator itself has failed, at its files for example: the run ends, and no worker gets the blame.</summary>
    public void Break(Exception error)
    {
        lock (_lock)
            if (_state is not (RunState.Finished or RunState.Failed))
                Enter(new Decision(RunState.Failed, $"The coordinator failed: {error.Message}", ExitCodes.Failed));
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

    /// <summary>Asks the policy, and does what it says.</summary>
    public void Decide()
    {
        lock (_lock)
        {
            var workers = _roster.Workers;
            _record.Workers(workers);
            var snapshot = new MembershipSnapshot(_state, _since, workers)
            {
                Generation = _plan?.Generation ?? 0,
                Replicas = _plan?.Topology.Replicas ?? _options.Topology.Replicas,
                Restarts = _restarts,
                IsSaving = _collector.IsOpen || _publishing > 0,
                IsPublishing = _publishing > 0,
                DrainAsked = _drainAsked is not null,
            };
            var decision = MembershipPolicy.Decide(_time.GetUtcNow(), snapshot, Calibrated());
            if (decision.Next != _state)
            {
                Enter(decision);
                Decide(); // the new state may lead on at once
            }
            else if (_end is null && _time.GetUtcNow() - _drainAsked > _options.Grace)
                Enter(new Decision(RunState.Failed, $"The run did not stop within the {_options.Grace.TotalSeconds:0} s of --grace; it can go on from its newest checkpoint (--resume).", ExitCodes.Failed));
        }
    }

    /// <summary>The user's options, with waits that follow how long the run's own steps take.</summary>
    private MembershipOptions Calibrated()
    {
        var options = _options.Membership;
        var slow = DeadlinesOfSilence * _options.Deadline;
        if (_record.SlowestStepSeconds is not (> 0 and var step))
            return options with { SettleTime = FirstStep, SilenceTime = slow };
        double silence = Math.Max(LeastSilence.TotalSeconds, StepsOfSilence * step);
        return options with
        {
            SettleTime = options.SettleTime + TimeSpan.FromSeconds(StepsToSettle * step),
            SilenceTime = TimeSpan.FromSeconds(Math.Min(slow.TotalSeconds, silence)),
        };
    }

    private void Enter(Decision decision)
    {
        var before = _state;
        (_state, _since) = (decision.Next, _time.GetUtcNow());
        _record.State(_runId, _state, decision.Reason);
        switch (_state)
        {
            case RunState.Waiting:
                EndGeneration(decision.Reason, decision.Missed);
                break;
            case RunState.Forming:
                Form(decision);
                break;
            case RunState.Running:
                Start();
                break;
            case RunState.Settling:
                bool allThere = before == RunState.Running && _roster.Members.All(s =>
                    s.Worker is { Blames: null, Stage: not (WorkerStage.Lost or WorkerStage.Failed or WorkerStage.Away) } and not { Stage: WorkerStage.Stopped, Standing: null });
                Roster.Send(_roster.Members, new() { Regroup = new Regroup { Reason = decision.Reason, AtBorder = allThere } });
                break;
            case RunState.Draining:
                Roster.Send(_roster.Members, new() { Drain = new Drain() });
                break;
            case RunState.Finished:
                Finish(decision);
                break;
            case RunState.Failed:
                Fail(decision);
                break;
        }
    }

    /// <summary>A coordinator before this one led this generation; its workers form it or train on, and come back.</summary>
    private void TakeOver(Plan plan)
    {
        _roster.Expect(plan);
        _collector.GoOn(plan);
        _state = _ledger.Started == plan.Generation ? RunState.Running : RunState.Forming;
        _drainAsked = _ledger.IsDrainAsked ? _since : null;
        _record.State(_runId, _state, $"The coordinator was started again in term {_ledger.Term}; it waits for the workers of generation {plan.Generation} to come back.");
    }

    private string? TryReturn(Join join, out WorkerSession session)
    {
        if (_plan?.Generation != join.Generation || _roster.Find(join.WorkerId) is not { Worker.Rank: not null } known || known.Worker.ProcessId != join.ProcessId)
            return Refused(out session, $"worker '{join.WorkerId}' on {join.Host} comes back with generation {join.Generation}; generation {_plan?.Generation ?? 0} is in force, and its place is taken.");
        session = new WorkerSession(known.Worker with { Stage = WorkerStage.Ready, LastStep = join.Applied, Fingerprint = join.Loaded.Fingerprint, Problem = null, Heard = _time.GetUtcNow() });
        _samples = (join.Loaded.TrainSamples, join.Loaded.TestSamples);
        _roster.Remove(known);
        known.Connected = false; // its side of the connection broke before ours
        known.Complete();
        _roster.Add(session);
        _environment ??= new RunEnvironment(join.Threads, join.InstructionSet, join.Libtorch, join.Device, join.Precision);
        Tell(session, $"came back with generation {join.Generation}, step {join.Applied}");
        Welcome(session);
        if (_state != RunState.Forming)
            session.Send(new() { Start = new Start { Generation = join.Generation } });
        if (_state == RunState.Draining)
            session.Send(new() { Drain = new Drain() });
        if (_state == RunState.Settling)
            session.Send(new() { Regroup = new Regroup { Reason = "the generation has ended" } });
        Decide();
        return null;
    }

    /// <summary>The run is over: a worker that comes back is told so, another is sent away.</summary>
    private string? TryDismiss(Join join, CoordinatorMessage farewell, out WorkerSession session)
    {
        string? refusal = Refused(out session, $"worker '{join.WorkerId}' on {join.Host} came when the run was over.");
        if (join.Generation == 0)
            return refusal;
        session.Connected = false; // it has nothing more to say
        Welcome(session);
        session.Send(farewell);
        session.Complete();
        return null;
    }

    private void Welcome(WorkerSession session) =>
        session.Send(new() { Welcome = new Welcome { RunId = _runId, Recipe = RecipeJson.Write(_options.Recipe), Term = _ledger.Term, Recorded = _record.Steps } });

    private void TakeLoaded(WorkerSession session, Loaded loaded)
    {
        _samples = (loaded.TrainSamples, loaded.TestSamples);
        session.Worker = session.Worker with { Fingerprint = loaded.Fingerprint };
        if (session.Worker.Stage == WorkerStage.Joined)
            Become(session, WorkerStage.Loaded, $"{loaded.TrainSamples} training and {loaded.TestSamples} test samples");
    }

    private void TakeStopped(WorkerSession session, Stopped stopped, long generation)
    {
        session.Worker = session.Worker with
        {
            Problem = stopped.Message,
            Blames = stopped.LostRank >= 0 ? stopped.LostRank : null,
            Standing = stopped.Applied < 0 ? null : new Standing(generation, stopped.Shard, stopped.Shards, stopped.Applied, stopped.HoldsSums),
        };
        Become(session, WorkerStage.Stopped, stopped.Message);
    }

    private void TakeStep(WorkerSession session, StepReport report)
    {
        session.Worker = session.Worker with { LastStep = report.Step };
        if (session.Worker.Rank is { } rank && _record.Step(rank, report) is { } step && step.Step % RecordedInterval == 0)
            Roster.Send(_roster.Members, new() { Recorded = new Recorded { Step = step.Step } });
    }

    private void TakeSaved(WorkerSession session, Saved saved)
    {
        if (_plan is not { } plan || session.Worker.Rank is not { } rank || _collector.Add(plan, rank, saved) is not { } parts || _environment is not { } environment)
            return;
        if (CheckpointCollector.Drifted(plan, parts) is { Count: > 0 } drifted)
        {
            Enter(new Decision(RunState.Failed, $"After step {saved.Step} the weights of {string.Join("; ", drifted)} differ from those of replica 0: the replicas have drifted apart. Resume from the checkpoint before.", ExitCodes.Failed));
            return;
        }
        _publishing++;
        var best = _record.BestEpoch;
        _ = Task.Run(() => Publish(plan, parts, environment, best));
    }

    private void Publish(Plan plan, IReadOnlyList<Saved> parts, RunEnvironment environment, EpochDone? best)
    {
        var told = new CheckpointSaved { Step = parts[0].Step, Seconds = parts.Max(p => p.Seconds) };
        try
        {
            (told.Directory, told.Bytes) = _collector.Publish(plan, _runId, StepPlan.Of(_options.Recipe, _samples.Train), environment, best, parts);
        }
        catch (Exception e)
        {
            told.Problem = e.Message; // whatever it is, training goes on
        }
        lock (_lock)
        {
            _publishing--;
            _record.Checkpoint(told);
            Decide();
        }
    }

    private void EndGeneration(string reason, string? missed)
    {
        if (_plan is not { } plan)
            return;
        bool byLoss = false;
        foreach (var gone in _roster.StrikeOff(missed))
        {
            byLoss = true;
            gone.Send(new() { Abort = new Abort { Reason = $"This worker was given up: {reason}" } });
            gone.Complete();
            gone.Connected = false;
            gone.Worker = gone.Worker with { Stage = WorkerStage.Lost };
            Tell(gone, reason);
        }
        _restarts += byLoss ? 1 : 0;
        long applied = _roster.Members.Max(s => s.Worker.Standing?.Applied) ?? 0;
        _record.Close(applied);
        _collector.Abandon(plan);
    }

    private void Form(Decision decision)
    {
        if (_environment is not { } environment)
            return;
        var available = _roster.Workers.Where(w => w.IsAvailable).ToList();
        (_plan, string peerToken) = _former.Form(_plan, decision.Replicas, available, _samples.Train, _restarts, _runId, environment);
        _roster.Rank([.. _plan.Members.Select(m => available.Single(w => w.Id == m.WorkerId))]);
        foreach (var session in _roster.Members)
            session.Send(new() { Plan = _plan.ToWire(session.Worker.Rank ?? 0, peerToken) });
    }

    private void Start()
    {
        if (_plan is not { } plan)
            return;
        foreach (var session in _roster.Members)
            session.Worker = session.Worker with { Heard = _time.GetUtcNow() };
        _ledger.Start(plan.Generation);
        _record.Begin(_runId, plan, _samples, _roster.Members);
        Roster.Send(_roster.Members, new() { Start = new Start { Generation = plan.Generation } });
    }

    private void Finish(Decision decision)
    {
        ExitCode = decision.ExitCode;
        if (decision.ExitCode == ExitCodes.Done)
            _record.Finished();
        else
            _record.Interrupted(decision);
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
        _ledger.Close(decision);
        _end = farewell;
        Roster.Send(_roster.Sessions, farewell);
        _ = StopAsync(wasOver);
    }

    private async Task StopAsync(bool untilHeard)
    {
        var heard = _record.Close();
        if (_roster.Sessions.All(s => !s.Connected))
            _allLeft.TrySetResult();
        using var grace = new CancellationTokenSource(LeaveGrace, _time);
        await (untilHeard ? heard : _allLeft.Task).WaitAsync(grace.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_options.Linger > TimeSpan.Zero)
            await Task.Delay(_options.Linger, _time, _lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _lifetime.StopApplication();
    }

    private void Become(WorkerSession session, WorkerStage stage, string message)
    {
        session.Worker = session.Worker with { Stage = stage };
        Tell(session, message);
    }

    private void Tell(WorkerSession session, string message) => _record.Worker(session.Worker, message);

    private static string Refused(out WorkerSession session, string reason)
    {
        session = new WorkerSession(new WorkerSnapshot("", "", 0, "", WorkerStage.Failed));
        return reason;
    }
}
