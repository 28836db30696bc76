using Lockstep.Coordinator.Generations;
using Lockstep.Coordinator.Turns;
using Lockstep.Coordinator.Workers;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Runs;
using Lockstep.Core.Texts;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Run;

/// <summary>Takes what workers say, if it comes at its time, to whom it concerns.</summary>
internal sealed class WorkerHearing(
    CoordinatorOptions options,
    RunStanding run,
    Attendance attendance,
    GenerationLead generation,
    Turn turn
)
{
    private const int RecordedInterval = 5; // steps from one word to the workers about what is recorded to the next

    /// <summary>Takes a message; says what follows from it.</summary>
    public HeardMessage Take(WorkerSession session, WorkerMessage message)
    {
        bool isFree =
            message.MessageCase
            is WorkerMessage.MessageOneofCase.Loaded
                or WorkerMessage.MessageOneofCase.Failed
                or WorkerMessage.MessageOneofCase.Checkup;
        bool isOfGeneration = run.Plan is { } plan && message.Generation == plan.Generation && session.Worker.Rank is not null;
        if (!session.Connected || !(isFree || isOfGeneration))
            return new(); // stale
        if (message.Step is not null && run.Started != run.Plan?.Generation)
            return new(); // nobody has been told to start
        if (message.Ready is { } ready && ready.Transports.Count != run.Plan?.Members.Count)
        {
            return new()
            {
                Problem = $"links to {Count.Of(ready.Transports.Count, "worker")}, where the generation has {run.Plan?.Members.Count}",
            };
        }

        if (message.Loaded is { } loaded && run.Plan is not null && attendance.ReadsOther(loaded))
        {
            attendance.TurnAway(
                session,
                $"worker '{session.Worker.Id}' on {session.Worker.Host} reads other data (fingerprint {loaded.Fingerprint}) than the "
                    + "run; check its data directory."
            );
            return new();
        }

        if (run.Farewell is null && message.Loaded is { } read && !attendance.Roster.Members.Any() && WhyOtherData(read) is { } others)
            return new() { Decision = new Decision(RunState.Failed, others, ExitCodes.BadInput) };
        session.Hear(message, turn.Now);
        if (message.Standstill is not null)
            return new(); // no progress
        session.Worker = session.Worker with { Heard = turn.Now };
        return TakeProgress(session, message);
    }

    private HeardMessage TakeProgress(WorkerSession session, WorkerMessage message)
    {
        switch (message.MessageCase)
        {
            case WorkerMessage.MessageOneofCase.Step:
                turn.Do(new CountProgress());
                TakeStep(session, message.Step);
                return new();
            case WorkerMessage.MessageOneofCase.Evaluation:
                turn.Do(new CountProgress());
                generation.Take(message.Evaluation);
                return new();
            case WorkerMessage.MessageOneofCase.Saved:
                return generation.Take(session, message.Saved) is { } drift && !run.IsOver
                    ? new()
                    {
                        Decision = new Decision(RunState.Failed, drift, ExitCodes.Failed) { Fault = new(message.Saved.Step, "drift") },
                    }
                    : new();
            case WorkerMessage.MessageOneofCase.Alive:
                turn.Do(new CountProgress());
                break;
        }
        attendance.Take(session, message);
        return new() { AsksPolicy = true };
    }

    private void TakeStep(WorkerSession session, StepReport report)
    {
        session.Worker = session.Worker with { LastStep = report.Step };
        if (session.Worker.Rank is { } rank && generation.TakeStep(rank, report) is { } step && step.Step % RecordedInterval == 0)
            turn.Send(attendance.Roster.Members, new() { Recorded = new Recorded { Step = step.Step } });
    }

    /// <summary>Why a run must not go on with what a worker has read; null where it may.</summary>
    private string? WhyOtherData(Loaded read) =>
        run.Data?.Differences(Attendance.IdentityOf(read)) is { Count: > 0 } differences
            ? DataIdentity.Refusal(options.RunDirectory, differences)
            : null;
}

/// <summary>What follows from a worker's message; nothing by default.</summary>
internal readonly record struct HeardMessage
{
    /// <summary>What is wrong with it, where something is that no delay explains.</summary>
    public string? Problem { get; init; }

    /// <summary>What is to be done, whatever the policy says.</summary>
    public Decision? Decision { get; init; }

    /// <summary>The policy is to be asked.</summary>
    public bool AsksPolicy { get; init; }
}
