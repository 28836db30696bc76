using Lockstep.Core.Topology;
using static TorchSharp.torch;

namespace Lockstep.Torch.Parameters;

/// <summary>A shard's rows of one tensor that outlives a step: a weight, a buffer, or what the optimiser remembers.</summary>
/// <param name="Name">Such as <c>conv1.weight</c> or <c>conv1.weight.velocity</c>; the same in every layout.</param>
/// <param name="WholeShape">Shape in the whole net.</param>
/// <param name="Rows">The rows of the first dimension that are held here.</param>
/// <param name="Value">These rows; copying into it restores it.</param>
public sealed record ShardTensor(string Name, IReadOnlyList<long> WholeShape, Extent Rows, Tensor Value)
{
    /// <summary>Every shard holds all of it, where there are several.</summary>
    public bool IsWhole => Rows.Length == TensorRows.Of(WholeShape);

    /// <summary>What one of several shards writes of it: its rows, or a part of them where every shard has them all.</summary>
    public ShardTensor WrittenBy(int shard, int shards)
    {
        if (!IsWhole || shards == 1 || WholeShape.Count == 0)
            return this;
        var part = Extent.Part(Rows.Length, shards, shard);
        return this with { Rows = part, Value = Value.narrow(0, part.Start, part.Length) };
    }
}
