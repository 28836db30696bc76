using System.Text.RegularExpressions;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Core.Texts;

namespace Lockstep.Core.Membership;

/// <summary>
/// Decides what becomes of a run when its membership changes or time passes: a pure function, with its reason in a sentence.
/// </summary>
public static class MembershipPolicy
{
    public static Decision Decide(DateTimeOffset now, MembershipSnapshot state, MembershipOptions options)
    {
        if (state.State is RunState.Finished or RunState.Failed)
            return new(state.State, "The run has ended.");
        if (
            state.Workers.FirstOrDefault(w =>
                w.Stage == WorkerStage.Failed && w.IsFatal && (w.Rank is not null || state.Generation == 0)
            ) is
            { } fatal
        )
        {
            return new(RunState.Failed, $"{Name(fatal, state, options)}, failed: {fatal.Problem}", fatal.ExitCode)
            {
                Fault = FaultOf(fatal),
            };
        }

        return state.State switch
        {
            RunState.Settling => Settle(now, state, options),
            RunState.Waiting => Wait(now, state, options),
            _ when FirstMissed(now, state, options) is { } missed => new(RunState.Settling, Loss(now, missed, state, options)),
            _ when !Members(state).Any() => new(RunState.Settling, "No worker of the generation is left."),
            _ when state.Workers.FirstOrDefault(w => w.Stage == WorkerStage.Away) is { } away => Return(now, away, state, options),
            RunState.Forming => Form(now, state, options),
            RunState.Draining => Drain(now, state, options),
            _ => Run(now, state, options),
        };
    }

    private static Decision Wait(DateTimeOffset now, MembershipSnapshot state, MembershipOptions options)
    {
        if (options.MostRestarts == 0 && state.Workers.FirstOrDefault(w => w.Stage is WorkerStage.Lost or WorkerStage.Failed) is { } gone)
            return new(RunState.Failed, Loss(now, gone, state, options), ExitCodes.Failed);
        var available = state.Workers.Where(w => w.IsAvailable).ToList();
        if (state is { DrainAsked: true, IsPublishing: true })
            return new(RunState.Waiting, "The last checkpoint is being completed.");
        // where workers hold steps that are not saved, one more generation is formed to save them
        if (state.DrainAsked && available.All(w => w.Standing is null || w.Standing.Applied <= state.SavedStep))
            return Interrupted("before the next generation began");
        if (available.FirstOrDefault(w => w.Fingerprint != available[0].Fingerprint) is { } other)
        {
            return new(
                RunState.Failed,
                $"Worker {other.Id} on {other.Host} reads other data (fingerprint {other.Fingerprint}) than worker {available[0].Id} on "
                    + $"{available[0].Host} (fingerprint {available[0].Fingerprint}); all workers must read the same. Check their data "
                    + "directories.",
                ExitCodes.BadInput
            );
        }

        int expected = options.Topology.Workers;
        if (available.Count >= expected)
        {
            return new(
                RunState.Forming,
                expected == 1 ? "The worker has joined and read its data." : $"All {expected} workers have joined and read the same data."
            )
            {
                Replicas = options.Topology.Replicas,
            };
        }

        int replicas = available.Count / options.Topology.Shards;
        var waited = now - state.Since;
        if (options.IsElastic && replicas >= options.LeastReplicas && waited >= options.ReplacementTime)
        {
            return new(
                RunState.Forming,
                $"{available.Count} of {expected} workers are there after {waited.TotalSeconds:0} s; the run goes on with {replicas} of "
                    + $"{options.Topology.Replicas} replicas."
            )
            {
                Replicas = replicas,
            };
        }

        string present =
            state.Workers.Count == 0 ? "none" : string.Join(", ", state.Workers.Select(w => $"{w.Id} on {w.Host} ({w.Stage})"));
        return waited < options.JoinTimeout
            ? new(RunState.Waiting, $"{available.Count} of {expected} workers have joined and read their data.")
            : new(
                RunState.Failed,
                $"Only {available.Count} of {expected} workers joined and read their data within {options.JoinTimeout.TotalSeconds:0} s; "
                    + $"there: {present}. Start the missing workers, or raise the join timeout.",
                ExitCodes.Failed
            );
    }

    private static Decision Form(DateTimeOffset now, MembershipSnapshot state, MembershipOptions options)
    {
        if (Members(state).FirstOrDefault(w => w.Stage == WorkerStage.Stopped) is { } stopped)
            return new(RunState.Settling, $"{Name(stopped, state, options)}, has left the generation before it began: {stopped.Problem}.");
        var late = Members(state).Where(w => w.Stage != WorkerStage.Ready).ToList();
        if (late.Count == 0)
        {
            return new(
                RunState.Running,
                Members(state).Count() is var all && all == 1 ? "The worker is ready." : $"All {all} workers are connected to each other."
            );
        }

        return now - state.Since < options.JoinTimeout
            ? new(RunState.Forming, $"{Count.Of(late.Count, "worker is", "workers are")} not connected yet.")
            : new(
                RunState.Failed,
                $"{string.Join("; ", late.Select(w => Name(w, state, options)))} did not connect to the other workers within "
                    + $"{options.JoinTimeout.TotalSeconds:0} s. Check that workers reach each other at their advertised addresses: "
                    + $"{string.Join(", ", Members(state).Select(w => w.PeerAddress))}.",
                ExitCodes.Failed
            );
    }

    private static Decision Run(DateTimeOffset now, MembershipSnapshot state, MembershipOptions options)
    {
        if (Members(state).All(w => w.Stage == WorkerStage.Finished))
            return EndSaved(now, state, options, step => new(RunState.Finished, "Every worker has finished its last step."));
        if (state.DrainAsked || Members(state).Any(w => w.Stage == WorkerStage.Drained)) // asked by a coordinator before this one
            return new(RunState.Draining, "The run was asked to end; its workers agree on a step, stop there and save.");
        if (Members(state).Any(w => w.Stage == WorkerStage.Stopped))
            return new(RunState.Settling, "A worker leaves after a step; the others report.");
        if (state.WhyAnother is { } why)
            return new(RunState.Settling, why);
        int spare = state.Workers.Count(w => w.Rank is null && w.Stage == WorkerStage.Loaded);
        return state.Replicas < options.Topology.Replicas && spare >= options.Topology.Shards
            ? new(RunState.Settling, $"{spare} more workers have come; the generation ends at the next step to take them in.")
            : new(RunState.Running, "Workers are training.");
    }

    private static Decision Drain(DateTimeOffset now, MembershipSnapshot state, MembershipOptions options)
    {
        if (Members(state).FirstOrDefault(w => w.Stage == WorkerStage.Stopped) is { } stopped)
            return new(RunState.Settling, $"{Name(stopped, state, options)}, has left while the run was draining: {stopped.Problem}.");
        int open = Members(state).Count(w => w.Stage is not (WorkerStage.Drained or WorkerStage.Finished));
        return open > 0
            ? new(RunState.Draining, $"{Count.Of(open, "worker has", "workers have")} not stopped and saved yet.")
            : EndSaved(now, state, options, step => Interrupted($"after step {step}, which is saved"));
    }

    /// <summary>The generation has made its last step: the run ends once that is saved, and is not said to be saved before.</summary>
    private static Decision EndSaved(DateTimeOffset now, MembershipSnapshot state, MembershipOptions options, Func<long, Decision> end)
    {
        long step = Members(state).Max(w => w.LastStep);
        if (state.IsSaving)
            return new(state.State, "The last checkpoint is being completed.");
        if (state.SavedStep >= step)
            return end(step);
        string problem = state.FailedSave?.Problem ?? "no worker has reported that it saved it";
        if (state.FailedSave is { } failed && now - failed.First >= options.SaveTime)
        {
            return new(
                RunState.Failed,
                $"Step {step}, the last, was not saved in {options.SaveTime.TotalSeconds:0} s of attempts: {Sentence(problem)} Once the "
                    + $"cause is removed, the run can go on from its newest checkpoint ({RunHints.Program} resume RUN).",
                ExitCodes.Failed
            );
        }

        return state.FailedSave is { } recent && now - recent.Last < options.SaveRetryInterval
            ? new(state.State, $"Step {step}, the last, was not saved: {Sentence(problem)} It is tried again.")
            : new(
                RunState.Settling,
                $"Step {step}, the last, was not saved: {Sentence(problem)} The workers form a generation that saves what they hold."
            );
    }

    private static Decision Return(DateTimeOffset now, WorkerSnapshot away, MembershipSnapshot state, MembershipOptions options) =>
        now - state.Since < options.ReturnTime
            ? new(state.State, $"{Name(away, state, options)}, has not come back to the new coordinator yet.")
            : new(
                RunState.Settling,
                $"{Name(away, state, options)}, did not come back within {options.ReturnTime.TotalSeconds:0} s after the coordinator was "
                    + "started again."
            );

    private static Decision Settle(DateTimeOffset now, MembershipSnapshot state, MembershipOptions options)
    {
        var missed = FirstMissed(now, state, options);
        if (missed is null && state.EndsAtBorder && Members(state).All(w => w.Stage == WorkerStage.Finished))
            return new(RunState.Running, "All workers had done their last step before the border at which the generation was to end.");
        var unheard = Members(state).Where(w => !IsOver(w) && (!IsBlamed(w, state) || MaySpeak(now, w, state, options))).ToList();
        // workers that must come back first have the time for that; those that train on to a border are watched by each other
        var time =
            unheard.Any(w => w.Stage == WorkerStage.Away) ? options.ReturnTime
            : missed is null ? options.JoinTimeout
            : options.SettleTime;
        if (unheard.Count > 0 && now - state.Since < time)
            return new(RunState.Settling, $"{Count.Of(unheard.Count, "worker has", "workers have")} not reported yet.");
        if (state is { Replicas: 1, IsKept: false, IsPublishing: true })
            return new(RunState.Settling, "The checkpoint to go on from is being completed.");
        if (missed is null && unheard.Count == 0)
            return new(RunState.Waiting, "The generation has ended after a step.");
        string loss = missed is not null
            ? Loss(now, missed, state, options)
            : $"{Name(unheard[0], state, options)}, did not report within {time.TotalSeconds:0} s that it had come to the end of the "
                + "generation.";
        return state.Restarts < options.MostRestarts
            ? new(RunState.Waiting, loss)
            {
                Missed = (missed ?? unheard[0]).Id,
                Cause = missed is null ? RestartCause.Hung : CauseOf(now, missed, state, options),
            }
            : new(
                RunState.Failed,
                options.MostRestarts == 0
                    ? loss
                    : $"{loss} It was loss {state.Restarts + 1} of this run; {options.MostRestarts} are allowed (--max-restarts).",
                ExitCodes.Failed
            )
            {
                Fault = missed is null ? null : FaultOf(missed) ?? CrashOf(missed, CauseOf(now, missed, state, options), options),
            };
    }

    private static Decision Interrupted(string when) =>
        new(RunState.Finished, $"The run was ended from outside {when}.", ExitCodes.Interrupted);

    /// <summary>
    /// The cause: a worker that failed or is gone, otherwise one that others miss and that misses nobody itself, otherwise one that is
    /// silent.
    /// </summary>
    private static WorkerSnapshot? FirstMissed(DateTimeOffset now, MembershipSnapshot state, MembershipOptions options) =>
        Members(state).FirstOrDefault(w => w.Stage == WorkerStage.Failed) // its own words tell more than that others lost it
        ?? Members(state).FirstOrDefault(w => w.Stage == WorkerStage.Lost)
        ?? Members(state).FirstOrDefault(w => IsBlamed(w, state) && !IsOver(w))
        ?? Members(state).FirstOrDefault(w => IsBlamed(w, state))
        ?? (state.State == RunState.Settling ? Members(state).FirstOrDefault(w => w.Stage == WorkerStage.Away) : null)
        ?? Members(state).FirstOrDefault(w => IsSilent(now, w, state, options));

    /// <summary>
    /// What a worker was doing when it was lost, as one of those that needed it has it; otherwise when it was heard last.
    /// </summary>
    private static string Loss(DateTimeOffset now, WorkerSnapshot missed, MembershipSnapshot state, MembershipOptions options)
    {
        if (IsSilent(now, missed, state, options))
        {
            return $"{Name(missed, state, options)}, was lost {When(missed)}: it has made no progress for "
                + $"{(now - missed.Heard).TotalSeconds:0} s. If single steps may take so long, raise the deadline (--deadline).";
        }

        if (missed.Stage == WorkerStage.Failed)
            return $"{Name(missed, state, options)}, failed {When(missed)}: {missed.Problem}";
        var witness = Members(state).Where(w => w.Blames is { } rank && rank == missed.Rank).OrderBy(w => w.Rank).FirstOrDefault();
        return witness?.Problem ?? $"{Name(missed, state, options)}, was lost {When(missed)}: {missed.Problem ?? "it did not come back"}.";
    }

    /// <summary>
    /// What a worker says of its failure, without the numbers in it: processes, ports and addresses differ from start to start.
    /// </summary>
    private static FailureMark? FaultOf(WorkerSnapshot worker) =>
        worker is { Stage: WorkerStage.Failed, Problem: { } problem } ? new(worker.LastStep, Regex.Replace(problem, @"\d+", "#")) : null;

    /// <summary>A worker that crashes leaves no words. Where the restarts that are allowed are used up, it was no accident.</summary>
    private static FailureMark? CrashOf(WorkerSnapshot worker, RestartCause cause, MembershipOptions options) =>
        options.MostRestarts > 0 ? new(worker.LastStep, $"{cause}") : null;

    private static RestartCause CauseOf(DateTimeOffset now, WorkerSnapshot missed, MembershipSnapshot state, MembershipOptions options) =>
        missed.Stage == WorkerStage.Failed ? RestartCause.Failed
        : IsSilent(now, missed, state, options) || Members(state).Any(w => w.Blames == missed.Rank && w.BlamesForLateness)
            ? RestartCause.Hung
        : RestartCause.Lost;

    private static IEnumerable<WorkerSnapshot> Members(MembershipSnapshot state) => state.Workers.Where(w => w.Rank is not null);

    private static bool IsBlamed(WorkerSnapshot worker, MembershipSnapshot state) =>
        worker.Rank is { } rank && Members(state).Any(w => w.Blames == rank);

    /// <summary>A worker that others lost may be about to say why; one that they waited for in vain will not.</summary>
    private static bool MaySpeak(DateTimeOffset now, WorkerSnapshot worker, MembershipSnapshot state, MembershipOptions options) =>
        now - state.Since < options.WordsTime && !Members(state).Any(w => w.Blames == worker.Rank && w.BlamesForLateness);

    private static bool IsSilent(DateTimeOffset now, WorkerSnapshot worker, MembershipSnapshot state, MembershipOptions options) =>
        state.State is not RunState.Forming
        && worker.Stage is (WorkerStage.Joined or WorkerStage.Loaded or WorkerStage.Ready)
        && now - worker.Heard > options.SilenceTime;

    private static bool IsOver(WorkerSnapshot worker) => worker.Stage is WorkerStage.Stopped or WorkerStage.Failed or WorkerStage.Lost;

    private static string Name(WorkerSnapshot worker, MembershipSnapshot state, MembershipOptions options)
    {
        string slot = worker.Rank is { } rank ? $" {(options.Topology with { Replicas = Math.Max(1, state.Replicas) }).SlotOf(rank)}" : "";
        return $"worker {worker.Id}{slot}, process {worker.ProcessId} on {worker.Host}";
    }

    private static string Sentence(string problem) => problem.EndsWith('.') ? problem : $"{problem}.";

    private static string When(WorkerSnapshot worker) => worker.LastStep > 0 ? $"after step {worker.LastStep}" : "before its first step";
}
