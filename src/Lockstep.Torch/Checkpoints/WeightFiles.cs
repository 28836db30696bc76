using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Torch.Memory;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace Lockstep.Torch.Checkpoints;

/// <summary>A shard's tensors as safetensors files.</summary>
public static class WeightFiles
{
    /// <summary>Writes tensors as they are now, one file for a shard and kind.</summary>
    /// <param name="target">Where the file goes.</param>
    /// <param name="kind">What is written, such as <see cref="CheckpointFiles.Weights"/>.</param>
    /// <param name="shard">This shard.</param>
    /// <param name="shards">All shards of the replica.</param>
    /// <param name="tensors">In the order of the file.</param>
    /// <exception cref="IOException">The target cannot keep it.</exception>
    public static ManifestFile Write(ICheckpointTarget target, string kind, int shard, int shards, IEnumerable<ShardTensor> tensors)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var onHost = tensors.Select(t => t.WrittenBy(shard, shards)).Select(t => t with { Value = t.Value.cpu().contiguous() }).ToList();
        var written = target.Write(CheckpointFiles.Shard(kind, shard, shards), file =>
            SafetensorsWriter.Write(file, [.. onHost.Select(Entry)])
        );
        GC.KeepAlive(onHost);
        return written;
    }

    /// <summary>Reads this shard's rows of each tensor from a checkpoint of any layout.</summary>
    /// <exception cref="Lockstep.Core.Errors.BadInputException">It is incomplete, or of another net.</exception>
    public static void Read(ShardedTensors source, IEnumerable<ShardTensor> tensors)
    {
        using var guard = no_grad();
        foreach (var tensor in tensors)
        {
            using var staged = empty(tensor.Value.shape, dtype: tensor.Value.dtype);
            source.Read(tensor.Name, tensor.WholeShape, tensor.Rows, staged.bytes, HostMemory.ElementOf(staged.dtype));
            tensor.Value.copy_(staged);
        }
    }

    /// <summary>Reads this shard's weights from a checkpoint of any layout.</summary>
    /// <exception cref="Lockstep.Core.Errors.BadInputException">It is incomplete, or of another net.</exception>
    public static void Read(ShardedTensors source, IReadOnlyList<Parameter> parameters)
    {
        Read(source, parameters.Select(p => p.Weights));
        foreach (var parameter in parameters)
            parameter.Round();
    }

    /// <summary>Reads all that a worker holds of a net: weights and state tensors.</summary>
    /// <exception cref="Lockstep.Core.Errors.BadInputException">It is incomplete, or of another net.</exception>
    public static void Read(ShardedTensors source, ITrainable trainable)
    {
        Read(source, trainable.Parameters);
        Read(source, trainable.State.Select(Whole));
    }

    /// <summary>Reads what the optimiser remembers from a checkpoint of any layout.</summary>
    /// <param name="optimizer">The optimizer of this shard.</param>
    /// <param name="source">The source of the kind <see cref="CheckpointFiles.Optimizer"/>.</param>
    /// <param name="updates">Updates that the checkpoint holds: its step.</param>
    /// <exception cref="Lockstep.Core.Errors.BadInputException">It is incomplete, or of another optimiser or net.</exception>
    public static void Restore(this IOptimizer optimizer, ShardedTensors source, long updates)
    {
        Read(source, optimizer.State);
        optimizer.Resume(updates);
    }

    /// <summary>
    /// Goes on from a checkpoint whose weights the parameters hold: these are the averages, and the weights in training are read here.
    /// </summary>
    /// <param name="average">The average of the parameters.</param>
    /// <param name="source">The source of the kind <see cref="CheckpointFiles.Optimizer"/>.</param>
    /// <param name="parameters">The parameters.</param>
    /// <exception cref="Lockstep.Core.Errors.BadInputException">It is incomplete, or of another net.</exception>
    public static void Restore(this WeightAverage average, ShardedTensors source, IReadOnlyList<Parameter> parameters)
    {
        average.Begin();
        Read(source, average.TrainedWeights);
        foreach (var parameter in parameters)
            parameter.Round();
    }

    internal static ShardTensor Whole(StateTensor state) =>
        new(state.Name, state.Value.shape, new Extent(0, (int)TensorRows.Of(state.Value.shape)), state.Value);

    internal static TensorEntry Entry(ShardTensor tensor) =>
        TensorEntry.Of(tensor.Name, tensor.WholeShape, tensor.Rows, HostMemory.Of(tensor.Value));
}
