using Lockstep.Coordinator.Recording;
using Lockstep.Coordinator.Turns;
using Lockstep.Coordinator.Workers;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Recipes;
using Lockstep.Core.Reductions;
using Lockstep.Core.Runs;
using Lockstep.Core.Texts;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Generations;

/// <summary>
/// Takes workers in, and what they tell of themselves into the roster. It decides nothing of the run. Called by the run's loop alone.
/// </summary>
internal sealed class Attendance(Turn turn, StepAggregator aggregator, FactorChooser factors, long term, string runId, RunRecipe recipe)
{
    private readonly CheckupTeller _checkups = new(turn);

    public Roster Roster { get; } = new();

    /// <summary>What decides the last bits on the workers; null before the first has joined.</summary>
    public RunEnvironment? Environment { get; private set; }

    /// <summary>The data set, once a worker has read it.</summary>
    public DataIdentity? Data { get; private set; }

    /// <summary>The numbers of samples of the data set; 0 until a worker has read it.</summary>
    public (int Train, int Test) Samples => (Data?.TrainSamples ?? 0, Data?.TestSamples ?? 0);

    /// <summary>Waits for the workers of a generation that an earlier coordinator led to come back.</summary>
    /// <param name="plan">That generation.</param>
    /// <param name="gone">Names of those whose processes are known to have ended.</param>
    public void Expect(Plan plan, IReadOnlyList<string> gone)
    {
        Roster.Expect(plan);
        foreach (var session in Roster.Members.Where(s => gone.Contains(s.Worker.Id)))
        {
            session.Worker = session.Worker with { Problem = "its process has ended" };
            Become(session, WorkerStage.Lost, "its process has ended");
        }
    }

    /// <summary>Takes a newcomer in; returns why not, where it cannot.</summary>
    public Refusal? TryJoin(Join join, Plan? plan, out WorkerSession session)
    {
        var known = Roster.Find(join.WorkerId);
        if (known is not null and not { Worker.Stage: WorkerStage.Away })
        {
            return Refused(
                out session,
                $"worker '{join.WorkerId}' on {join.Host} has a name that is taken by process {known.Worker.ProcessId} on "
                    + $"{known.Worker.Host}; it can join once that one is gone. Give each worker a name of its own (ALEXNET_WORKER_ID).",
                mayPass: true
            );
        }

        if (factors.Unfit(Environment, EnvironmentOf(join)) is { } unfit)
            return Refused(out session, $"worker '{join.WorkerId}' on {join.Host} cannot join: {unfit}");
        session = new WorkerSession(new WorkerSnapshot(join.WorkerId, join.Host, join.ProcessId, join.PeerAddress, WorkerStage.Joined))
        {
            Device = join.Device,
            Environment = EnvironmentOf(join),
        };
        session.Hear(null, turn.Now);
        if (known is not null) // the plan in force never reached it, or a new process has its name
        {
            session.Worker = session.Worker with
            {
                Stage = WorkerStage.Stopped,
                Rank = known.Worker.Rank,
                Problem = $"its process is new and has no part in generation {plan?.Generation}",
            };
            Roster.Remove(known);
        }
        Roster.Add(session);
        Environment ??= EnvironmentOf(join);
        Tell(session, $"on device {join.Device}, peers at {join.PeerAddress}, metrics at {join.MetricsAddress}");
        Welcome(session);
        return null;
    }

    /// <summary>Takes a worker of the generation in force back; returns why not, where it cannot.</summary>
    public Refusal? TryReturn(Join join, Plan? plan, out WorkerSession session)
    {
        if (
            plan?.Generation != join.Generation
            || Roster.Find(join.WorkerId) is not { Worker.Rank: not null } known
            || known.Worker.ProcessId != join.ProcessId
        )
        {
            return Refused(
                out session,
                $"worker '{join.WorkerId}' on {join.Host} comes back with generation {join.Generation}; generation {plan?.Generation ?? 0} "
                    + "is in force, and its place is taken."
            );
        }

        session = new WorkerSession(
            known.Worker with
            {
                Stage = WorkerStage.Ready,
                LastStep = join.Applied,
                Fingerprint = join.Loaded.Fingerprint,
                Problem = null,
                Heard = turn.Now,
            }
        )
        {
            Device = join.Device,
            Environment = EnvironmentOf(join),
        };
        session.Hear(null, turn.Now);
        Data = IdentityOf(join.Loaded);
        Roster.Remove(known);
        known.Connected = false; // its side of the connection broke before ours
        turn.HangUp(known);
        Roster.Add(session);
        Environment ??= EnvironmentOf(join);
        Tell(session, $"came back with generation {join.Generation}, step {join.Applied}");
        Welcome(session);
        return null;
    }

    /// <summary>The run is over: a worker that comes, or comes back, is told how it has ended, and ends with the same exit code.</summary>
    public WorkerSession Dismiss(Join join, CoordinatorMessage farewell)
    {
        var worker = new WorkerSnapshot(join.WorkerId, join.Host, join.ProcessId, join.PeerAddress, WorkerStage.Joined);
        var session = new WorkerSession(worker) { Connected = false }; // it has nothing more to say
        Welcome(session);
        turn.Send(session, farewell);
        turn.HangUp(session);
        return session;
    }

    /// <summary>Whether data differ from those that the members of the generation in force read.</summary>
    public bool ReadsOther(Loaded loaded) => Roster.Members.Any(s => s.Worker.Fingerprint is { } known && known != loaded.Fingerprint);

    /// <summary>What a worker says it has read.</summary>
    public static DataIdentity IdentityOf(Loaded loaded) =>
        new(loaded.Fingerprint, loaded.TrainSamples, loaded.TestSamples, [.. loaded.ClassNames]);

    /// <summary>
    /// Everything that decides last bits and is not the same for all workers, those that stand by included: they may take a slot later.
    /// </summary>
    public IReadOnlyList<string> Inequalities =>
        [
            .. Roster
                .Sessions.Select(s => s.Environment)
                .OfType<RunEnvironment>()
                .SelectMany(e => Environment?.Differences(e) ?? [])
                .Distinct(),
        ];

    /// <summary>All workers of a generation are connected: what they measured of their links is compared.</summary>
    public void CompareLinks() => _checkups.Compare([.. Roster.Members]);

    /// <summary>Sends away a worker that has no part in the run.</summary>
    public void TurnAway(WorkerSession session, string reason)
    {
        turn.Send(
            session,
            new()
            {
                Abort = new Abort { Reason = reason, ExitCode = ExitCodes.Failed },
            }
        );
        turn.HangUp(session);
        Become(session, WorkerStage.Failed, reason);
        session.Connected = false;
        Roster.Remove(session);
    }

    /// <summary>What a worker tells of its stage.</summary>
    public void Take(WorkerSession session, WorkerMessage message)
    {
        switch (message.MessageCase)
        {
            case WorkerMessage.MessageOneofCase.Loaded:
                TakeLoaded(session, message.Loaded);
                break;
            case WorkerMessage.MessageOneofCase.Checkup:
                _checkups.Take(session, message.Checkup);
                break;
            case WorkerMessage.MessageOneofCase.Ready:
                session.PeerSpeeds = message.Ready.Peers;
                session.Transports = message.Ready.Transports;
                session.Speed = new WorkerSpeed(message.Ready.BytesPerSecond, message.Ready.FlopsPerSecond);
                Become(
                    session,
                    WorkerStage.Ready,
                    $"{message.Ready.Parameters:N0} parameters, links: {string.Join(", ", session.Transports.Select(t => t.Name()))}"
                );
                break;
            case WorkerMessage.MessageOneofCase.Finished:
                Become(session, WorkerStage.Finished, Count.Of(message.Finished.Steps, "step"));
                break;
            case WorkerMessage.MessageOneofCase.Drained:
                session.Worker = session.Worker with { LastStep = message.Drained.Step };
                Become(session, WorkerStage.Drained, $"after step {message.Drained.Step}");
                break;
            case WorkerMessage.MessageOneofCase.Stopped:
                TakeStopped(session, message.Stopped, message.Generation);
                break;
            case WorkerMessage.MessageOneofCase.Failed:
                session.Worker = session.Worker with
                {
                    Problem = message.Failed.Message,
                    ExitCode = message.Failed.ExitCode,
                    IsFatal = message.Failed.Fatal,
                };
                Become(session, WorkerStage.Failed, message.Failed.Message);
                break;
        }
    }

    public void Become(WorkerSession session, WorkerStage stage, string message)
    {
        session.Worker = session.Worker with { Stage = stage };
        Tell(session, message);
    }

    public void Tell(WorkerSession session, string message) => turn.Tell(session.Worker, message);

    private void TakeLoaded(WorkerSession session, Loaded loaded)
    {
        if (session.Worker.Fingerprint is not null)
            return; // a worker reads its data once
        if (!Roster.Sessions.Any(s => s.Worker.Fingerprint == loaded.Fingerprint)) // what is known of these data is not told anew
            Data = IdentityOf(loaded);
        session.Worker = session.Worker with { Fingerprint = loaded.Fingerprint };
        if (session.Worker.Stage == WorkerStage.Joined)
            Become(session, WorkerStage.Loaded, $"{loaded.TrainSamples} training and {Count.Of(loaded.TestSamples, "test sample")}");
    }

    private void TakeStopped(WorkerSession session, Stopped stopped, long generation)
    {
        session.Worker = session.Worker with
        {
            Problem = stopped.Message,
            IsLeaving = stopped.Leaving,
            Blames = stopped.LostRank >= 0 ? stopped.LostRank : null,
            BlamesForLateness = stopped.Late,
            Standing =
                stopped.Applied < 0
                    ? null
                    : new Standing(generation, stopped.Shard, stopped.Shards, stopped.Applied, stopped.HoldsSums)
                    {
                        Copy = stopped.HasCopy ? stopped.Copy : null,
                        Kept = stopped.Kept is { } kept ? new KeptStanding(kept.Shard, [.. kept.Steps]) : null,
                    },
        };
        Become(session, WorkerStage.Stopped, stopped.Message);
    }

    private void Welcome(WorkerSession session) =>
        turn.Send(
            session,
            new()
            {
                Welcome = new Welcome
                {
                    RunId = runId,
                    Recipe = RecipeJson.Write(recipe),
                    Term = term,
                    Recorded = aggregator.Steps,
                    IsKnown = _checkups.Knows(session.Worker.Host),
                },
            }
        );

    private RunEnvironment EnvironmentOf(Join join) =>
        new(
            join.Threads,
            join.InstructionSet,
            join.Libtorch,
            join.Device.Split(':')[0],
            recipe.Training.Precision.ToString().ToLowerInvariant()
        )
        {
            Plan = recipe.Layout.Placement,
            Gpu = join.Gpu,
            Processor = join.Processor,
            Collectives = join.Collectives.Name(),
        };

    private static Refusal Refused(out WorkerSession session, string reason, bool mayPass = false)
    {
        session = new WorkerSession(new WorkerSnapshot("", "", 0, "", WorkerStage.Failed));
        return new Refusal(reason, mayPass);
    }
}
