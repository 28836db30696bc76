using AlexNet.Core.Checkpoints;
using AlexNet.Model.Parameters;
using static TorchSharp.torch;

namespace AlexNet.Model;

/// <summary>A shard's weights as safetensors files.</summary>
public static class WeightFiles
{
    /// <summary>Writes one tensor for each parameter; the file is whole or absent.</summary>
    /// <param name="directory">Made if it is not there.</param>
    /// <param name="kind">What is written, such as <see cref="CheckpointFiles.Weights"/>.</param>
    /// <param name="shard">This shard.</param>
    /// <param name="shards">All shards of the replica.</param>
    /// <param name="parameters">In layer order.</param>
    /// <param name="select">The tensor to write for a parameter, of its shape.</param>
    public static void Write(string directory, string kind, int shard, int shards, IReadOnlyList<Parameter> parameters, Func<Parameter, Tensor> select)
    {
        Directory.CreateDirectory(directory);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var tensors = parameters.Select(p => (Parameter: p, Tensor: select(p).cpu().contiguous())).ToList();
        SafetensorsWriter.Write(Path.Combine(directory, CheckpointFiles.Shard(kind, shard, shards)),
            [.. tensors.Select(t => new TensorEntry(t.Parameter.Name, t.Parameter.WholeShape, t.Parameter.Rows, HostMemory.Of(t.Tensor)))]);
        GC.KeepAlive(tensors);
    }

    /// <summary>Reads this shard's rows from a checkpoint of any layout.</summary>
    /// <exception cref="Core.Errors.BadInputException">It is damaged, incomplete, or of another net.</exception>
    public static void Read(ShardedTensors source, IReadOnlyList<Parameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            var bytes = new byte[parameter.Count * sizeof(float)];
            source.Read(parameter.Name, parameter.WholeShape, parameter.Rows, bytes);
            parameter.Load(bytes);
        }
    }
}
