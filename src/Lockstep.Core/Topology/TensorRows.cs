namespace Lockstep.Core.Topology;

/// <summary>Tensors as rows: the first dimension counts them, and a number without dimensions is one row.</summary>
public static class TensorRows
{
    /// <summary>How many rows a shape has.</summary>
    public static long Of(IReadOnlyList<long> shape) => shape.Count == 0 ? 1 : shape[0];

    /// <summary>The shape of so many of its rows.</summary>
    public static IReadOnlyList<long> Part(IReadOnlyList<long> shape, long rows) => shape.Count == 0 ? shape : [rows, .. shape.Skip(1)];

    /// <summary>Elements of one row.</summary>
    public static long Length(IReadOnlyList<long> shape) => shape.Skip(1).Aggregate(1L, (product, size) => product * size);
}
