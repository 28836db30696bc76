using Lockstep.Core.Topology;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>Samples that go through a net together, as its functions see them: a tensor for each field of the sample set.</summary>
public sealed class Batch
{
    private readonly IReadOnlyList<Tensor> _fields;

    /// <param name="fields">Each samples x whatever a sample has there.</param>
    public Batch(IReadOnlyList<Tensor> fields) => _fields = fields;

    /// <summary>A field by its place in the sample set: samples x whatever a sample has there, where the arithmetic is.</summary>
    public Tensor this[int field] => _fields[field];

    /// <summary>The first field.</summary>
    public Tensor Inputs => _fields[0];

    /// <summary>The second field.</summary>
    public Tensor Targets => _fields[1];

    /// <summary>The number of samples.</summary>
    public int Count => (int)_fields[0].shape[0];

    internal Batch Part(Extent part) =>
        part == new Extent(0, Count) ? this : new([.. _fields.Select(f => f.narrow(0, part.Start, part.Length))]);
}
