using Lockstep.Core.Collectives;
using Lockstep.Core.Runs;
using Lockstep.Core.Schedules;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Tests.Checkpoints;

/// <summary>Checkpoints of a net of two tensors, in any number of shards.</summary>
internal static class SmallCheckpoint
{
    public const int Rows = 6,
        RowLength = 3;

    public static readonly string[] Kinds = [CheckpointFiles.Weights, CheckpointFiles.Optimizer];

    /// <summary>Saves and publishes; the same step holds the same values in every layout.</summary>
    public static string Publish(string run, long step, int shards = 2, long generation = 1, Evaluation? evaluated = null) =>
        new CheckpointStore(run).Publish(Gather(run, step, shards, generation, evaluated));

    /// <summary>Saves the files of a checkpoint without publishing them.</summary>
    public static Manifest Gather(string run, long step, int shards = 2, long generation = 1, Evaluation? evaluated = null)
    {
        var target = new CheckpointDirectory(CheckpointFiles.Unfinished(run, step, generation));
        return new Manifest
        {
            RunId = "run-1",
            Step = step,
            Epoch = 2,
            StepInEpoch = 7,
            Generation = generation,
            Replicas = 1,
            Shards = shards,
            RecipeHash = new string('a', 64),
            Environment = new RunEnvironment(2, "x64 avx2", "2.10.0", "cpu", "fp32"),
            Evaluations = evaluated is null ? [] : [evaluated],
            Files = [.. from kind in Kinds from shard in Enumerable.Range(0, shards) select Write(target, kind, step, shard, shards)],
        };
    }

    /// <summary>The values of a whole tensor.</summary>
    public static float[] Values(string name, long step) =>
        [.. Enumerable.Range(0, Rows * RowLength).Select(i => step + name.Length * 100 + i / 8f)];

    /// <summary>Names of the tensors of a kind.</summary>
    public static string[] Names(string kind) =>
        kind == CheckpointFiles.Weights ? ["b.weight", "a.weight"] : ["b.weight.velocity", "a.weight.velocity"];

    private static ManifestFile Write(ICheckpointTarget target, string kind, long step, int shard, int shards)
    {
        var rows = Extent.Part(Rows, shards, shard);
        return target.Write(CheckpointFiles.Shard(kind, shard, shards), file =>
            SafetensorsWriter.Write(file, [.. Names(kind).Select(name => Entry(name, step, rows))])
        );
    }

    private static TensorEntry Entry(string name, long step, Extent rows) =>
        new(name, [Rows, RowLength], rows, ElementType.Float32, file =>
            file.Write(
                System.Runtime.InteropServices.MemoryMarshal.AsBytes(
                    Values(name, step).AsSpan(rows.Start * RowLength, rows.Length * RowLength)
                )
            )
        );
}
