using Lockstep.Core.Runs;
using Lockstep.Core.Sampling;
using Lockstep.Core.Schedules;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Member = Lockstep.Core.Plans.Member;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Checkpoints;

/// <summary>
/// Gathers what the workers of a generation say they have saved of one step, compares the replicas' weights (law 7), and once all shards
/// are
/// there makes them a checkpoint: every hash verified on disk, the manifest written last.
/// </summary>
internal sealed class CheckpointCollector(CoordinatorOptions options, CheckpointStore store)
{
    private readonly Dictionary<long, Saved?[]> _open = [];
    private long _told; // the newest step of this generation of which all parts were told

    /// <summary>Whether a checkpoint is incomplete.</summary>
    public bool IsOpen => _open.Count > 0;

    /// <summary>Takes a worker's part. Returns the checkpoint's parts once all are there.</summary>
    public IReadOnlyList<Saved>? Add(Plan plan, int rank, Saved part)
    {
        if (part.Step <= _told)
            return null; // told again, to a coordinator that was started again
        if (!_open.TryGetValue(part.Step, out var parts))
            _open[part.Step] = parts = new Saved?[plan.Members.Count];
        parts[rank] = part;
        if (parts.Any(p => p is null))
            return null;
        _open.Remove(part.Step);
        foreach (long older in _open.Keys.Where(s => s < part.Step).ToList()) // each worker tells its saves in order: these have lost a part
            Drop(older, plan);
        _told = part.Step;
        return [.. parts.OfType<Saved>()];
    }

    /// <summary>The generation has ended: what it has not completed it never will.</summary>
    public void Abandon(Plan plan)
    {
        foreach (long step in _open.Keys.ToList())
            Drop(step, plan);
        _told = 0;
    }

    /// <summary>Deletes a whole checkpoint before it is published, for want of time; returns why.</summary>
    public string GiveUp(Plan plan, long step)
    {
        store.Abandon(step, plan.Generation);
        return $"step {step} was given up, since the coordinator was still writing the checkpoints before; the disk is too slow for "
            + "checkpoints this often.";
    }

    /// <summary>
    /// Goes on with a generation that an earlier coordinator led; returns the newest step of it that is a checkpoint, 0 for none.
    /// </summary>
    public long GoOn(Plan plan) =>
        _told = store.List().Where(c => c.Manifest?.Generation == plan.Generation).Select(c => c.Step).DefaultIfEmpty(0).Max();

    /// <summary>The slots whose weights differ from those of the first replica; none if all agree.</summary>
    public static IReadOnlyList<Member> Drifted(Plan plan, IReadOnlyList<Saved> parts)
    {
        // one that could not save has no hash, and is told as a problem
        bool Differ(string own, string first) => own.Length > 0 && first.Length > 0 && own != first;
        return
        [
            .. plan.Members.Where(m =>
                Differ(parts[m.Rank].WeightsHash, parts[m.Slot.Shard].WeightsHash) || Differ(parts[m.Rank].CommonHash, parts[0].CommonHash)
            ),
        ];
    }

    /// <summary>Writes the manifest and deletes what is not kept; runs in the background.</summary>
    /// <returns>The checkpoint's directory and size in bytes.</returns>
    /// <exception cref="IOException">The disk is full, or a file is not as it was written; there is no checkpoint then.</exception>
    public (string Directory, long Bytes) Publish(
        Plan plan,
        string runId,
        StepPlan steps,
        RunEnvironment environment,
        IReadOnlyList<Evaluation> evaluations,
        IReadOnlyList<Saved> parts,
        DataIdentity? data
    )
    {
        long step = parts[0].Step;
        if (parts.Select(p => p.Problem).FirstOrDefault(p => p.Length > 0) is { } problem)
        {
            store.Abandon(step, plan.Generation);
            throw new IOException(problem);
        }
        var manifest = new Manifest
        {
            RunId = runId,
            Step = step,
            Epoch = steps.EpochOf(step),
            StepInEpoch = (int)(step % steps.StepsPerEpoch),
            Generation = plan.Generation,
            Replicas = plan.Topology.Replicas,
            Shards = plan.Topology.Shards,
            RecipeHash = Manifest.HashOf(options.Recipe),
            Environment = environment,
            Data = data,
            Evaluations = evaluations,
            Files = [.. parts.SelectMany(p => p.Files).Select(f => new ManifestFile(f.Name, f.Bytes, f.Sha256))],
        };
        string directory = store.Publish(manifest);
        store.Retain(options.Recipe.Checkpoint.Keep, step, plan.Generation);
        return (directory, manifest.Files.Sum(f => f.Bytes));
    }

    private void Drop(long step, Plan plan)
    {
        _open.Remove(step);
        store.Abandon(step, plan.Generation);
    }
}
