using Lockstep.Coordinator.Checkpoints;
using Lockstep.Coordinator.Generations;
using Lockstep.Coordinator.Recording;
using Lockstep.Coordinator.Turns;
using Lockstep.Coordinator.Workers;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Run;

/// <summary>Leads a generation from what is read for it to its end. When each part is due, <see cref="RunDirector"/> decides.</summary>
internal sealed class GenerationLead(
    CoordinatorOptions options,
    RunStanding run,
    Attendance attendance,
    CheckpointQueue checkpoints,
    GenerationFormer former,
    FactorChooser factors,
    ProtectionChooser protection,
    StepAggregator aggregator,
    Turn turn
)
{
    private const int RetoldEvents = 100;

    private readonly StepTeller _steps = new(aggregator, turn);
    private GenerationNeed? _asked; // and what it needs is being read
    private Preparation? _prepared;
    private bool _hasStarted; // watchers know the run

    /// <summary>A coordinator before this one led this generation; its workers form it or train on, and come back.</summary>
    public void TakeOver(RunPast past, Plan plan)
    {
        attendance.Expect(plan, options.Gone);
        checkpoints.GoOn(plan, past.SavedStep);
        run.Started = past.Started;
        run.State = past.Started == plan.Generation ? RunState.Running : RunState.Forming;
        run.Reason =
            $"The coordinator was started again in term {past.Term}; it waits for the workers of generation {plan.Generation} to come "
            + "back.";
        turn.Tell(run.State, run.Reason);
    }

    /// <summary>Watchers hear the last of what an earlier coordinator recorded.</summary>
    public void Retell(RunPast past, Plan plan)
    {
        _hasStarted = past.Started > 0;
        aggregator.Begin(plan.Topology);
        if (plan.Generation == past.Started)
            turn.Do(new Retell(RunEvents.Generation(plan)));
        foreach (var entry in past.Records.TakeLast(RetoldEvents))
            turn.Do(new Retell(entry));
    }

    /// <summary>A worker comes back to a coordinator that was lost, and hears how the run stands.</summary>
    public JoinAnswer Return(Join join)
    {
        if (attendance.TryReturn(join, run.Plan, out var session) is { } refusal)
            return new(refusal, session);
        if (run.Plan is { } plan)
        {
            turn.Do(new CountPlan(plan, attendance.Samples.Train));
            if (run.State != RunState.Forming)
                turn.Send(session, StartOf(plan));
        }
        if (run.State == RunState.Draining)
            turn.Send(session, new() { Drain = new Drain() });
        if (run.State == RunState.Settling)
            turn.Send(session, new() { Regroup = new Regroup { Reason = "the generation has ended" } });
        return new(null, session);
    }

    /// <summary>Whether all is read that a generation of so many replicas goes on from; asks for it where it is not.</summary>
    public bool IsPrepared(int replicas)
    {
        if (attendance.Environment is null)
            return true;
        var need = former.NeedOf(run.Plan, replicas, Available, checkpoints.Saves, checkpoints.SavedStep);
        if (_prepared?.Need == need)
            return true;
        if (_asked != need)
        {
            (_asked, _prepared) = (need, null);
            turn.Do(new Prepare(need));
        }
        if (need.IsOfCheckpoint)
            run.Reason += " The newest checkpoint is being verified.";
        return false;
    }

    /// <summary>What was asked for is read; what was asked for before that is of no use any more.</summary>
    public void Take(Preparation prepared)
    {
        if (prepared.Need == _asked)
            _prepared = prepared;
    }

    /// <summary>Forms the generation and tells its workers; returns why it cannot be, where its recipe does not allow it.</summary>
    public string? TryForm(int replicas)
    {
        if (attendance.Environment is not { } environment || _prepared is not { } prepared)
            return null;
        var available = Available;
        Plan plan;
        try
        {
            plan = former.Form(
                run.Plan,
                replicas,
                available,
                attendance.Samples.Train,
                run.Restarts,
                run.RunId,
                environment,
                areAlike: attendance.Inequalities.Count == 0,
                prepared
            );
        }
        catch (BadInputException e)
        {
            return e.Message;
        }
        (run.Plan, run.PeerToken, _asked, _prepared) = (plan, prepared.PeerToken, null, null);
        checkpoints.Begin(plan);
        attendance.Roster.Rank([.. plan.Members.Select(m => available.Single(w => w.Id == m.WorkerId))]);
        foreach (var session in attendance.Roster.Members)
            turn.Send(session, new() { Plan = plan.ToWire(session.Worker.Rank ?? 0, run.PeerToken) });
        return null;
    }

    /// <summary>All workers are connected to each other: they train.</summary>
    public void Start()
    {
        if (run.Plan is not { } plan)
            return;
        if (run.Data is null && attendance.Data is { } data)
        {
            run.Data = data;
            turn.Do(new KeepData(data, IsNew: plan.StartStep == 0));
        }
        foreach (var session in attendance.Roster.Members)
            session.Worker = session.Worker with { Heard = turn.Now };
        List<WorkerSession> members = [.. attendance.Roster.Members];
        attendance.CompareLinks();
        var choice = factors.Choose(plan.Topology, [.. members.Select(s => s.Speed)], attendance.Inequalities);
        run.Started = plan.Generation;
        turn.Do(new KeepStart(plan.Generation));
        turn.Tell(
            _hasStarted
                ? RunEvents.Generation(plan)
                : RunEvents.Started(run.RunId, options.Recipe, plan, choice, attendance.Samples, members)
        );
        _hasStarted = true;
        aggregator.Begin(plan.Topology);
        turn.Do(new CountPlan(plan, attendance.Samples.Train));
        turn.Send(members, StartOf(plan));
        if (checkpoints.IsAsked)
            AskToSave(); // the generation before did not come to it
    }

    /// <summary>A worker has made a step.</summary>
    public StepDone? TakeStep(int rank, StepReport report)
    {
        var done = _steps.Step(rank, report);
        if (done is not null && run.Plan is { } plan)
            protection.Take(plan, done);
        return done;
    }

    /// <summary>Why the generation in force is to be followed by one of the same workers; null where it is not.</summary>
    public string? WhyAnother => protection.WhyAnother(run.Plan);

    public void Take(EvaluationReport report) => _steps.Evaluation(report);

    /// <summary>Takes what a worker has saved; returns why the run cannot go on with it, where its weights have drifted.</summary>
    public string? Take(WorkerSession session, Saved saved)
    {
        if (run.Plan is not { } plan || session.Worker.Rank is not { } rank || attendance.Environment is not { } environment)
            return null;
        CheckpointContents Contents() =>
            new(
                environment with
                {
                    Reduction = factors.Summary(plan.Topology) ?? environment.Reduction,
                },
                aggregator.Evaluations,
                attendance.Samples.Train
            )
            {
                Data = attendance.Data,
            };
        return checkpoints.Take(plan, rank, saved, Contents) is { Count: > 0 } drifted
            ? $"After step {saved.Step} the weights of {string.Join("; ", drifted)} differ from those of "
                + $"{(plan.Topology.Replicas > 1 ? "replica 0" : "worker 0")}: they have drifted apart. Resume from the checkpoint before."
            : null;
    }

    /// <summary>What has become of a checkpoint is known.</summary>
    public void Take(CheckpointSaved told)
    {
        if (checkpoints.Published(told))
        {
            turn.Send(
                attendance.Roster.Members,
                new()
                {
                    Recorded = new Recorded { Step = aggregator.Steps, Saved = told.Step },
                }
            );
        }

        turn.Tell(new RunEvent { Checkpoint = told });
    }

    /// <summary>One worker's vote asks for all; two might ask for two steps.</summary>
    public void AskToSave() => turn.Send(attendance.Roster.Members.OrderBy(s => s.Worker.Rank).Take(1), new() { Save = new Save() });

    /// <summary>The workers are to end the generation and to report what they hold.</summary>
    /// <param name="isBorderReachable">It was training.</param>
    /// <param name="reason">Why.</param>
    public void Settle(bool isBorderReachable, string reason)
    {
        run.EndsAtBorder = isBorderReachable && CanReachABorder;
        turn.Send(
            attendance.Roster.Members,
            new()
            {
                Regroup = new Regroup { Reason = reason, AtBorder = run.EndsAtBorder },
            }
        );
    }

    /// <summary>The generation is over: who is missed is given up, and what the others hold is known.</summary>
    public void End(Decision decision)
    {
        if (run.Plan is not { } plan)
            return;
        bool byLoss = false;
        foreach (var gone in attendance.Roster.StrikeOff(decision.Missed))
        {
            byLoss |= !gone.Worker.IsLeaving;
            turn.Send(
                gone,
                new()
                {
                    Abort = new Abort { Reason = $"This worker was given up: {decision.Reason}", ExitCode = ExitCodes.Failed },
                }
            );
            turn.HangUp(gone);
            gone.Connected = false;
            gone.Worker = gone.Worker with { Stage = WorkerStage.Lost };
            attendance.Tell(gone, decision.Reason);
        }
        if (byLoss)
        {
            run.Restarts++;
            turn.Do(new CountRestart(decision.Cause));
        }
        _steps.Close(attendance.Roster.Members.Max(s => s.Worker.Standing?.Applied) ?? 0);
        checkpoints.Abandon(plan);
    }

    private List<WorkerSnapshot> Available => [.. attendance.Roster.Workers.Where(w => w.IsAvailable)];

    /// <summary>All members are there, and some of them have steps left.</summary>
    private bool CanReachABorder =>
        attendance.Roster.Members.All(s =>
            s.Worker
                is { Blames: null, Stage: not (WorkerStage.Lost or WorkerStage.Failed or WorkerStage.Away) }
                    and not { Stage: WorkerStage.Stopped, Standing: null }
        ) && attendance.Roster.Members.Any(s => s.Worker.Stage != WorkerStage.Finished);

    private CoordinatorMessage StartOf(Plan plan) =>
        new()
        {
            Start = new Start { Generation = plan.Generation, Factors = { factors.Known(plan.Topology)?.Layers ?? [] } },
        };
}
