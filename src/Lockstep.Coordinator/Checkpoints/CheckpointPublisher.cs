using Lockstep.Core.Sampling;
using Lockstep.Objects.Runs;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Coordinator.Checkpoints;

/// <summary>
/// Makes a checkpoint of what the workers have saved: every hash is verified on disk, and the manifest is written last. Where the run is
/// kept in a bucket, the checkpoint is uploaded there. All of it takes as long as the files are large, so it runs in the background, one
/// checkpoint after the other.
/// </summary>
internal sealed class CheckpointPublisher(CoordinatorOptions options, CheckpointStore store, RunBucket bucket)
{
    /// <summary>Publishes it and deletes what is not kept; returns what has become of it.</summary>
    /// <param name="checkpoint">What the workers have saved.</param>
    /// <param name="ledger">A copy of the ledger.</param>
    /// <exception cref="RunTakenOverException">Another coordinator leads the run; nothing else is thrown.</exception>
    public CheckpointSaved Publish(GatheredCheckpoint checkpoint, IReadOnlyDictionary<string, string> ledger)
    {
        var told = new CheckpointSaved { Step = checkpoint.Step, Seconds = checkpoint.Parts.Max(p => p.Seconds) };
        try
        {
            if (WhyNot(checkpoint) is { } problem)
            {
                store.Abandon(checkpoint.Step, checkpoint.Plan.Generation);
                throw new IOException(problem);
            }

            var manifest = ManifestOf(checkpoint);
            (told.Directory, told.Bytes) = (store.Publish(manifest), manifest.Files.Sum(f => f.Bytes));
            store.Retain(options.Recipe.Checkpoint.Keep, checkpoint.Step, checkpoint.Plan.Generation);
            bucket.Publish(manifest, ledger, options.Recipe.Checkpoint.Keep); // saved means saved there
        }
        catch (RunTakenOverException)
        {
            throw;
        }
        catch (Exception e)
        {
            told.Problem = e.Message; // whatever it is, training goes on
        }
        return told;
    }

    private static string? WhyNot(GatheredCheckpoint checkpoint) =>
        checkpoint.IsGivenUp
            ? $"step {checkpoint.Step} was given up, since the coordinator was still writing the checkpoints before; the disk is too slow "
                + "for checkpoints this often."
            : checkpoint.Parts.Select(p => p.Problem).FirstOrDefault(p => p.Length > 0);

    private Manifest ManifestOf(GatheredCheckpoint checkpoint)
    {
        var (plan, parts, contents) = checkpoint;
        var steps = StepPlan.Of(options.Recipe, contents.TrainSamples);
        return new Manifest
        {
            RunId = plan.RunId,
            Step = checkpoint.Step,
            Epoch = steps.EpochOf(checkpoint.Step),
            StepInEpoch = (int)(checkpoint.Step % steps.StepsPerEpoch),
            Generation = plan.Generation,
            Replicas = plan.Topology.Replicas,
            Shards = plan.Topology.Shards,
            RecipeHash = Manifest.HashOf(options.Recipe),
            Environment = contents.Environment,
            Data = contents.Data,
            Evaluations = contents.Evaluations,
            Objective = options.Recipe.Objective,
            Files = [.. parts.SelectMany(p => p.Files).Select(f => new ManifestFile(f.Name, f.Bytes, f.Sha256))],
        };
    }
}
