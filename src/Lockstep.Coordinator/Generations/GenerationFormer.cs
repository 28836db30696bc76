using Lockstep.Coordinator.Recording;
using Lockstep.Coordinator.Turns;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Plans;
using Lockstep.Core.Runs;
using Lockstep.Core.Sampling;
using Lockstep.Core.Schedules;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Generations;

/// <summary>
/// Makes the plan of a generation: who fills which slot, and from which state all go on. 1. <see cref="NeedOf"/> says what must be read
/// from disk for that. 2. It is read in the background, while the run's loop goes on. 3. <see cref="Form"/> makes the plan, if nothing has
/// changed.
/// </summary>
internal sealed class GenerationFormer(
    CoordinatorOptions options,
    bool isResumed,
    StepAggregator aggregator,
    FactorChooser factors,
    ProtectionChooser protection,
    Turn turn
)
{
    /// <param name="last">The generation before; null for the first.</param>
    /// <param name="replicas">How many there are to be.</param>
    /// <param name="available">At least as many workers as that takes.</param>
    /// <param name="saves">Checkpoints published so far.</param>
    /// <param name="saved">The step of the newest of them.</param>
    public GenerationNeed NeedOf(Plan? last, int replicas, IReadOnlyList<WorkerSnapshot> available, int saves, long saved)
    {
        var assignment = Assign(last, replicas, available, saved);
        long? live = assignment.Donors is null ? null : assignment.Step;
        return new(
            last?.Generation ?? 0,
            live,
            GoesOn: last is not null || isResumed,
            aggregator.Steps,
            aggregator.LastEpoch?.Step ?? 0,
            live is null ? saves : 0,
            saved
        );
    }

    /// <summary>Makes the plan and has it kept in the ledger; what is recorded past its start step is forgotten.</summary>
    /// <param name="last">The generation before; null for the first.</param>
    /// <param name="replicas">How many there are to be.</param>
    /// <param name="available">At least as many workers as that takes.</param>
    /// <param name="trainSamples">The training samples of the data set.</param>
    /// <param name="restarts">Losses so far.</param>
    /// <param name="runId">Name of the run.</param>
    /// <param name="environment">What decides the last bits now.</param>
    /// <param name="areAlike">It is the same for all workers.</param>
    /// <param name="prepared">What <see cref="NeedOf"/> asked for.</param>
    /// <exception cref="BadInputException">The recipe ends the run before the step that it has come to; nothing has changed
    /// then.</exception>
    public Plan Form(
        Plan? last,
        int replicas,
        IReadOnlyList<WorkerSnapshot> available,
        int trainSamples,
        int restarts,
        string runId,
        RunEnvironment environment,
        bool areAlike,
        Preparation prepared
    )
    {
        var topology = options.Topology with { Replicas = replicas };
        var assignment = Assign(last, replicas, available, prepared.Need.Saved);
        var checkpoint = prepared.Checkpoint;
        TellWhatIsNotExact(checkpoint, topology, environment);
        long start = assignment.Donors is null ? checkpoint?.Step ?? 0 : assignment.Step;
        var steps = StepPlan.Of(options.Recipe, trainSamples);
        if (steps.Overrun(start) is { } overrun)
            throw new BadInputException($"run directory '{options.RunDirectory}': {overrun}");
        var evaluations = EvaluationsUpTo(start, checkpoint);
        if (prepared.Recorded is { } recorded)
        {
            aggregator.Replay(recorded.Points.Select(p => p.ToEvent()));
            turn.Do(new KeepRecords(recorded));
        }
        var members = assignment.Members.Select(
            (w, rank) => new Member(rank, topology.SlotOf(rank), w.Id, w.Host, w.ProcessId, w.PeerAddress)
        );
        var plan = new Plan(runId, (last?.Generation ?? 0) + 1, topology, [.. members], start, options.Deadline)
        {
            Donors = assignment.Donors,
            Keepers = protection.Every > 0 ? KeeperAssigner.Assign(topology, assignment.Members, start, last?.Generation ?? 0) : [],
            KeepEvery = Math.Max(1, protection.Every),
            KeepsFactors = areAlike,
            Checkpoint = checkpoint?.Directory,
            EvaluateFirst = start > 0 && steps.IsLastOfEpoch(start - 1) && (aggregator.LastEpoch?.Step ?? 0) < start,
            Evaluations = evaluations,
            MeasuresSpeed = factors.Known(topology) is null,
        };
        turn.Do(new KeepPlan(plan, prepared.PeerToken, restarts));
        return plan;
    }

    private Assignment Assign(Plan? last, int replicas, IReadOnlyList<WorkerSnapshot> available, long saved) =>
        SlotAssigner.Assign(options.Topology with { Replicas = replicas }, last?.Generation ?? 0, available, saved);

    /// <summary>What the checkpoint remembers, and what was recorded since; a full disk may have cost lines of the records.</summary>
    private IReadOnlyList<Evaluation> EvaluationsUpTo(long step, StoredCheckpoint? checkpoint) =>
        [
            .. aggregator
                .Evaluations.Concat(checkpoint?.Manifest?.Evaluations ?? [])
                .Where(e => e.Step <= step)
                .DistinctBy(e => e.Step)
                .OrderBy(e => e.Step),
        ];

    /// <summary>Law 4 holds bit for bit in the same layout and environment; a difference is told, not hidden.</summary>
    private void TellWhatIsNotExact(StoredCheckpoint? checkpoint, RunTopology topology, RunEnvironment environment)
    {
        if (checkpoint?.Manifest is not { } manifest)
            return;
        // a reduction that is not chosen yet is not in the ledger, which this run then does not have
        var differences = manifest.Environment.Differences(
            environment with
            {
                Reduction = factors.Summary(topology) ?? manifest.Environment.Reduction,
            }
        );
        if ((manifest.Replicas, manifest.Shards) != (topology.Replicas, topology.Shards))
            differences = [.. differences, $"layout was {new RunTopology(manifest.Replicas, manifest.Shards)} and is {topology}"];
        if (differences.Count > 0)
            turn.Do(new LogInexact(checkpoint.Step, string.Join("; ", differences)));
    }
}
