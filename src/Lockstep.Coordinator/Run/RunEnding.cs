using Lockstep.Coordinator.Generations;
using Lockstep.Coordinator.Recording;
using Lockstep.Coordinator.Turns;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Runs;
using Lockstep.Core.Sampling;
using Lockstep.Core.Schedules;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Run;

/// <summary>Ends a run: everybody is told how, the ledger keeps it, and the process ends once they have gone.</summary>
internal sealed class RunEnding(
    CoordinatorOptions options,
    RunPast past,
    RunStanding run,
    Attendance attendance,
    StepAggregator aggregator,
    Turn turn
)
{
    /// <summary>The end that a coordinator before this one has come to; null where it is this one's to find.</summary>
    private Decision? Before => past.IsTakenOver ? past.End : null;

    /// <summary>The run has ended in good order: it is done, or it was ended from outside.</summary>
    public void Finish(Decision decision)
    {
        bool isDone = decision.ExitCode == ExitCodes.Done;
        if (isDone)
            decision = decision with { EndedEarly = decision.EndedEarly ?? EndedEarly };
        var told = isDone ? RunEvents.Finished(aggregator, decision) : RunEvents.Interrupted(aggregator, decision);
        End(decision, told, new() { Goodbye = new Goodbye { ExitCode = CodeOf(decision) } });
    }

    public void Fail(Decision decision)
    {
        if (Before is null)
            decision = AsBefore(decision);
        run.Reason = decision.Reason;
        End(
            decision,
            RunEvents.Failed(decision),
            new()
            {
                Abort = new Abort { Reason = decision.Reason, ExitCode = CodeOf(decision) },
            }
        );
    }

    /// <summary>The end that a coordinator before this one has come to, with the way on where an operator wished it.</summary>
    public Decision Again(Decision end)
    {
        (run.IsHeld, run.EndsAsWished) = (past.IsHeld, past.IsHeld);
        if (!run.IsHeld || !options.ResumesAsNeeded || end.ExitCode == ExitCodes.Done)
            return end;
        string wish = $"It was ended by an operator, and goes on when somebody asks for it: {RunHints.Resume(options.RunDirectory)}";
        return end with { Reason = $"{end.Reason} {wish}" };
    }

    /// <summary>Nobody has to be waited for any more, if that is so.</summary>
    public void TellIfAllLeft()
    {
        if (attendance.Roster.Sessions.All(s => !s.Connected))
            turn.Do(new AllLeft());
    }

    /// <summary>A failure; one that the run's start before has met too ends it with a code of its own.</summary>
    private Decision AsBefore(Decision failure)
    {
        if (failure is not { Fault: { } fault, ExitCode: ExitCodes.Failed })
            return failure with { Fault = null }; // bad data stay bad data, with a code that no engine tries again
        var mark = fault with { Step = Math.Max(fault.Step, run.Plan?.StartStep ?? 0) };
        if (past.End?.Fault != mark)
            return failure with { Fault = mark };
        return failure with
        {
            Fault = mark,
            ExitCode = ExitCodes.FailedAgain,
            Reason =
                $"{failure.Reason} The run failed in the same way after step {mark.Step} before, so no engine is to start it again. "
                + $"Once the cause is removed, it continues when somebody asks for it: {RunHints.Resume(options.RunDirectory)}",
        };
    }

    private void End(Decision decision, RunEvent told, CoordinatorMessage farewell)
    {
        (run.ExitCode, run.Farewell) = (CodeOf(decision), farewell);
        turn.Tell(told);
        turn.Do(new KeepEnd(Before ?? decision, Hold: IsWished(decision)));
        turn.Send(attendance.Roster.Sessions, farewell);
        // a coordinator before this one, which had come to the end, may not have lived to tell it; who asked for the end waits for no
        // metrics
        turn.Do(new EndProcess(UntilHeard: Before is not null, Lingers: run.DrainAsked is null));
        TellIfAllLeft();
    }

    /// <summary>What the processes end with: an engine starts a process again that ends with anything but 0.</summary>
    private int CodeOf(Decision decision) => options.ResumesAsNeeded && IsWished(decision) ? ExitCodes.Done : decision.ExitCode;

    /// <summary>
    /// An operator wished this end, so no engine is to begin the run again. A drain that came to no good end is a failure like any other.
    /// </summary>
    private bool IsWished(Decision decision) => run.IsHeld && (decision.Next == RunState.Finished || run.EndsAsWished);

    /// <summary>Why the run, whose workers have all finished, ended before its last step; null if it did not.</summary>
    private string? EndedEarly =>
        attendance.Samples.Train == 0 // no worker has told them: an earlier coordinator has decided it
            ? null
            : EarlyStop.Reason(
                options.Recipe,
                StepPlan.Of(options.Recipe, attendance.Samples.Train),
                aggregator.Steps,
                aggregator.Evaluations
            );
}
