using AlexNet.Core.Errors;

namespace AlexNet.Core.Membership;

/// <summary>Decides what becomes of a run when its membership changes or time passes: a pure function, with its reason in a sentence.</summary>
public static class MembershipPolicy
{
    public static Decision Decide(DateTimeOffset now, MembershipSnapshot state, MembershipOptions options)
    {
        if (state.State is RunState.Finished or RunState.Failed)
            return new(state.State, "The run has ended.");
        // An error of a worker's own ends the run as it is; of everything else the others' reports tell more.
        if (state.Workers.FirstOrDefault(HasErrorOfItsOwn) is { } own)
            return new(RunState.Failed, $"{Name(own, options)}, failed: {own.Problem}", own.ExitCode);
        return state.State switch
        {
            RunState.Settling => Settle(now, state, options),
            _ when FirstMissed(state) is { } missed => new(RunState.Settling, Loss(missed, state, options)),
            RunState.Waiting => Wait(now, state, options),
            RunState.Forming => Form(now, state, options),
            _ => Run(state),
        };
    }

    /// <summary>The order of slots: by name, so that the same workers fill the same slots however they race to join.</summary>
    public static IReadOnlyList<WorkerSnapshot> InRankOrder(IEnumerable<WorkerSnapshot> workers) =>
        [.. workers.OrderBy(w => w.Id.Length).ThenBy(w => w.Id, StringComparer.Ordinal)];

    private static Decision Settle(DateTimeOffset now, MembershipSnapshot state, MembershipOptions options)
    {
        var unheard = state.Workers.Where(w => !IsOver(w) && !IsBlamed(w, state)).ToList();
        return unheard.Count > 0 && now - state.Since < options.SettleTime
            ? new(RunState.Settling, $"{unheard.Count} workers have not reported what they missed.")
            : new(RunState.Failed, Loss(FirstMissed(state)!, state, options), ExitCodes.Failed);
    }

    /// <summary>The cause: a worker that is gone, otherwise one that others miss and that misses nobody itself.</summary>
    private static WorkerSnapshot? FirstMissed(MembershipSnapshot state) =>
        state.Workers.FirstOrDefault(w => w.Stage == WorkerStage.Lost)
        ?? state.Workers.FirstOrDefault(w => IsBlamed(w, state) && !IsOver(w))
        ?? state.Workers.FirstOrDefault(w => IsBlamed(w, state));

    /// <summary>What a worker was doing when it was lost, as one of those that needed it has it; otherwise when it was heard last.</summary>
    private static string Loss(WorkerSnapshot missed, MembershipSnapshot state, MembershipOptions options)
    {
        var witness = state.Workers.Where(w => w.Blames is { } rank && rank == missed.Rank).OrderBy(w => w.Rank).FirstOrDefault();
        return witness?.Problem ?? $"{Name(missed, options)}, was lost {When(missed)}: {missed.Problem}.";
    }

    private static bool HasErrorOfItsOwn(WorkerSnapshot worker) => worker.Stage == WorkerStage.Failed && worker.Blames is null;

    private static bool IsBlamed(WorkerSnapshot worker, MembershipSnapshot state) =>
        worker.Rank is { } rank && state.Workers.Any(w => w.Blames == rank);

    private static bool IsOver(WorkerSnapshot worker) => worker.Stage is WorkerStage.Finished or WorkerStage.Failed or WorkerStage.Lost;

    private static Decision Wait(DateTimeOffset now, MembershipSnapshot state, MembershipOptions options)
    {
        int expected = options.Topology.Workers;
        var loaded = state.Workers.Where(w => w.Stage == WorkerStage.Loaded).ToList();
        if (loaded.Count >= expected)
        {
            var other = loaded.FirstOrDefault(w => w.Fingerprint != loaded[0].Fingerprint);
            return other is null
                ? new(RunState.Forming, $"All {expected} workers have joined and read the same data.")
                : new(RunState.Failed, $"Worker {other.Id} on {other.Host} reads other data (fingerprint {other.Fingerprint}) than worker {loaded[0].Id} on {loaded[0].Host} (fingerprint {loaded[0].Fingerprint}); all workers must read the same. Check their data directories.", ExitCodes.BadInput);
        }
        string present = state.Workers.Count == 0 ? "none" : string.Join(", ", state.Workers.Select(w => $"{w.Id} on {w.Host} ({w.Stage})"));
        return now - state.Since < options.JoinTimeout
            ? new(RunState.Waiting, $"{loaded.Count} of {expected} workers have joined and read their data.")
            : new(RunState.Failed, $"Only {loaded.Count} of {expected} workers joined and read their data within {options.JoinTimeout.TotalSeconds:0} s; there: {present}. Start the missing workers, or raise the join timeout.", ExitCodes.Failed);
    }

    private static Decision Form(DateTimeOffset now, MembershipSnapshot state, MembershipOptions options)
    {
        var late = state.Workers.Where(w => w.Stage < WorkerStage.Ready).ToList();
        if (late.Count == 0)
            return new(RunState.Running, $"All {options.Topology.Workers} workers are connected to each other.");
        return now - state.Since < options.JoinTimeout
            ? new(RunState.Forming, $"{late.Count} workers are not connected yet.")
            : new(RunState.Failed, $"{string.Join("; ", late.Select(w => Name(w, options)))} did not connect to the other workers within {options.JoinTimeout.TotalSeconds:0} s. Check that workers reach each other at their advertised addresses: {string.Join(", ", state.Workers.Select(w => w.PeerAddress))}.", ExitCodes.Failed);
    }

    private static Decision Run(MembershipSnapshot state) =>
        state.Workers.All(w => w.Stage == WorkerStage.Finished)
            ? new(RunState.Finished, "Every worker has finished its last step.")
            : new(RunState.Running, "Workers are training.");

    private static string Name(WorkerSnapshot worker, MembershipOptions options)
    {
        string slot = worker.Rank is { } rank ? $" {options.Topology.SlotOf(rank)}" : "";
        return $"worker {worker.Id}{slot}, process {worker.ProcessId} on {worker.Host}";
    }

    private static string When(WorkerSnapshot worker) => worker.LastStep > 0 ? $"after step {worker.LastStep}" : "before its first step";
}
