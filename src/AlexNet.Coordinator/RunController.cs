using AlexNet.Core.Errors;
using AlexNet.Core.Membership;
using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using AlexNet.Core.Sampling;
using AlexNet.Hosting;
using AlexNet.Protocol.V1;
using Member = AlexNet.Core.Plans.Member;
using Plan = AlexNet.Core.Plans.Plan;

namespace AlexNet.Coordinator;

/// <summary>
/// Holds the run's state. Everything that happens (a worker joins, reports or leaves; time passes) changes the snapshot, then asks
/// <see cref="MembershipPolicy"/> what follows, and does it.
/// </summary>
internal sealed class RunController(
    CoordinatorOptions options, RunDiary diary, RunStore store, CoordinatorMetrics metrics, IHostApplicationLifetime lifetime,
    TimeProvider time, ILogger<RunController> logger)
{
    private static readonly TimeSpan LeaveGrace = TimeSpan.FromSeconds(5); // for workers to go before the coordinator does

    private readonly object _lock = new();
    private readonly List<WorkerSession> _sessions = [];
    private readonly TaskCompletionSource _allLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StepBook _book = new(options.Topology, time);
    private readonly string _runId = $"{options.Recipe.Name}-{Guid.CreateVersion7():N}";
    private RunState _state = RunState.Waiting;
    private DateTimeOffset _since = time.GetUtcNow();
    private (int Train, int Test) _samples;
    private Plan? _plan;

    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; private set; } = ExitCodes.Failed;

    /// <summary>Takes a worker in; returns why not, where it cannot.</summary>
    public string? TryJoin(Join join, out WorkerSession session)
    {
        session = new WorkerSession(new WorkerSnapshot(join.WorkerId, join.Host, join.ProcessId, join.PeerAddress, WorkerStage.Joined));
        lock (_lock)
        {
            if (WhyFull(join) is { } reason)
                return reason;
            _sessions.Add(session);
            Tell(session, $"on device {join.Device}, peers at {join.PeerAddress}, metrics at {join.MetricsAddress}");
            session.Send(new CoordinatorMessage { Welcome = new Welcome { RunId = _runId, Recipe = RecipeJson.Write(options.Recipe) } });
            Decide();
        }
        return null;
    }

    private string? WhyFull(Join join)
    {
        if (_state != RunState.Waiting)
            return $"worker '{join.WorkerId}' on {join.Host} came while the run is {_state}; it has the {options.Topology.Workers} workers that it needs.";
        if (_sessions.Any(s => s.Worker.Id == join.WorkerId))
            return $"worker '{join.WorkerId}' on {join.Host} has a name that is taken; give each worker a name of its own (ALEXNET_WORKER_ID).";
        return _sessions.Count < options.Topology.Workers ? null
            : $"worker '{join.WorkerId}' on {join.Host} is one too many; the layout {options.Topology} needs {options.Topology.Workers}.";
    }

    public void Receive(WorkerSession session, WorkerMessage message)
    {
        lock (_lock)
        {
            if (message.Generation != (_plan?.Generation ?? 0) && message.MessageCase is not WorkerMessage.MessageOneofCase.Failed)
                return; // stale
            switch (message.MessageCase)
            {
                case WorkerMessage.MessageOneofCase.Loaded:
                    _samples = (message.Loaded.TrainSamples, message.Loaded.TestSamples);
                    session.Worker = session.Worker with { Stage = WorkerStage.Loaded, Fingerprint = message.Loaded.Fingerprint };
                    Tell(session, $"{message.Loaded.TrainSamples} training and {message.Loaded.TestSamples} test samples");
                    break;
                case WorkerMessage.MessageOneofCase.Ready:
                    session.Worker = session.Worker with { Stage = WorkerStage.Ready };
                    session.Transports = message.Ready.Transports;
                    Tell(session, $"{message.Ready.Parameters:N0} parameters, links: {string.Join(", ", session.Transports)}");
                    break;
                case WorkerMessage.MessageOneofCase.Step:
                    TakeStep(session, message.Step);
                    return;
                case WorkerMessage.MessageOneofCase.Evaluation:
                    TakeEvaluation(session, message.Evaluation);
                    return;
                case WorkerMessage.MessageOneofCase.Finished:
                    session.Worker = session.Worker with { Stage = WorkerStage.Finished };
                    Tell(session, $"{message.Finished.Steps} steps");
                    break;
                case WorkerMessage.MessageOneofCase.Failed:
                    session.Worker = session.Worker with
                    {
                        Stage = WorkerStage.Failed,
                        Problem = message.Failed.Message,
                        ExitCode = message.Failed.ExitCode,
                        Blames = message.Failed.LostRank >= 0 ? message.Failed.LostRank : null,
                    };
                    Tell(session, message.Failed.Message);
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
            if (session.Worker.Stage is not (WorkerStage.Finished or WorkerStage.Failed))
            {
                // after a failure the others leave because they were told to
                var stage = _state == RunState.Failed ? WorkerStage.Failed : WorkerStage.Lost;
                session.Worker = session.Worker with { Stage = stage, Problem = end };
                Tell(session, end);
            }
            session.Connected = false;
            Decide();
            if (_state is RunState.Finished or RunState.Failed && _sessions.All(s => !s.Connected))
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

    /// <summary>Asks the policy, and does what it says.</summary>
    public void Decide()
    {
        lock (_lock)
        {
            var workers = _sessions.Select(s => s.Worker).ToList();
            metrics.Workers(workers);
            var decision = MembershipPolicy.Decide(time.GetUtcNow(), new MembershipSnapshot(_state, _since, workers), options.Membership);
            if (decision.Next != _state)
                Enter(decision);
        }
    }

    private void Enter(Decision decision)
    {
        (_state, _since) = (decision.Next, time.GetUtcNow());
        logger.StateChanged(_runId, _state, decision.Reason);
        diary.Add(new() { State = new StateChanged { State = _state.ToString().ToLowerInvariant(), Reason = decision.Reason } });
        switch (_state)
        {
            case RunState.Forming:
                Form();
                break;
            case RunState.Running:
                Start();
                break;
            case RunState.Finished:
                Finish();
                break;
            case RunState.Failed:
                Fail(decision);
                break;
        }
    }

    private void Form()
    {
        var ranked = MembershipPolicy.InRankOrder(_sessions.Select(s => s.Worker));
        var members = ranked.Select((w, rank) => new Member(rank, options.Topology.SlotOf(rank), w.Id, w.Host, w.ProcessId, w.PeerAddress));
        _plan = new Plan(_runId, Generation: 1, options.Topology, [.. members], StartStep: 0, options.Deadline);
        string peerToken = Tokens.Create();
        foreach (var session in _sessions)
        {
            int rank = _plan.Members.Single(m => m.WorkerId == session.Worker.Id).Rank;
            session.Worker = session.Worker with { Rank = rank };
            session.Send(new CoordinatorMessage { Plan = _plan.ToWire(rank, peerToken) });
        }
    }

    private void Start()
    {
        if (_plan is not { } plan)
            return;
        var recipe = options.Recipe;
        var steps = StepPlan.Of(recipe, _samples.Train);
        var started = new Started
        {
            RunId = _runId,
            Recipe = recipe.Name,
            Replicas = plan.Topology.Replicas,
            Shards = plan.Topology.Shards,
            Generation = plan.Generation,
            StartStep = plan.StartStep,
            TotalSteps = steps.TotalSteps,
            StepsPerEpoch = steps.StepsPerEpoch,
            Epochs = recipe.Training.Epochs,
            TrainSamples = _samples.Train,
            TestSamples = _samples.Test,
            Parameters = NetShape.Of(recipe).Parameters,
        };
        started.Members.AddRange(plan.Members.Select(m => m.ToWire()));
        started.Links.AddRange(
            from session in _sessions
            let first = session.Worker.Rank ?? 0
            orderby first
            from second in Enumerable.Range(first + 1, plan.Members.Count - first - 1)
            select new Link { First = first, Second = second, Transport = session.Transports[second] });
        diary.Add(new() { Started = started });
        _book.Resume();
        Broadcast(new CoordinatorMessage { Start = new Start() });
    }

    private void TakeStep(WorkerSession session, StepReport report)
    {
        session.Worker = session.Worker with { LastStep = report.Step };
        if (session.Worker.Rank is not { } rank || _book.Add(rank, report) is not { } step)
            return;
        metrics.Step(step);
        store.Write(step);
        diary.Add(new() { Step = step });
    }

    private void TakeEvaluation(WorkerSession session, EvaluationReport report)
    {
        if (session.Worker.Rank != 0)
            return; // all workers report the same
        var epoch = _book.Add(report);
        metrics.Epoch(epoch);
        store.Write(epoch);
        logger.Epoch(epoch.Epoch, epoch.Step, epoch.Top1);
        diary.Add(new() { Epoch = epoch });
    }

    private void Finish()
    {
        ExitCode = ExitCodes.Done;
        diary.Add(new()
        {
            Finished = new RunFinished
            {
                Steps = _book.Steps,
                Loss = _book.Loss,
                Top1 = _book.LastEpoch?.Top1 ?? 0,
                Top5 = _book.LastEpoch?.Top5 ?? 0,
                ImagesPerSecond = _book.TrainingSeconds > 0 ? _book.Samples / _book.TrainingSeconds : 0,
                Seconds = diary.Seconds,
            },
        });
        Broadcast(new CoordinatorMessage { Goodbye = new Goodbye() });
        _ = StopAsync();
    }

    private void Fail(Decision decision)
    {
        ExitCode = decision.ExitCode;
        diary.Add(new() { Failed = new RunFailed { Message = decision.Reason, ExitCode = decision.ExitCode } });
        Broadcast(new CoordinatorMessage { Abort = new Abort { Reason = decision.Reason } });
        _ = StopAsync();
    }

    private void Broadcast(CoordinatorMessage message)
    {
        foreach (var session in _sessions)
            session.Send(message);
    }

    private async Task StopAsync()
    {
        diary.Close();
        if (_sessions.All(s => !s.Connected))
            _allLeft.TrySetResult();
        using var grace = new CancellationTokenSource(LeaveGrace, time);
        await _allLeft.Task.WaitAsync(grace.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (options.Linger > TimeSpan.Zero)
            await Task.Delay(options.Linger, time, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lifetime.StopApplication();
    }

    private void Tell(WorkerSession session, string message)
    {
        var worker = session.Worker;
        string what = worker.Stage.ToString().ToLowerInvariant();
        logger.WorkerChanged(worker.Id, worker.ProcessId, worker.Host, what, message);
        diary.Add(new() { Worker = new WorkerChanged { WorkerId = worker.Id, Host = worker.Host, ProcessId = worker.ProcessId, What = what, Message = message } });
    }
}
