using Lockstep.Core.Sampling;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>Samples that lie in memory, one in each row of a few tensors, such as inputs and labels.</summary>
public sealed class TensorSamples : ModuleSamples
{
    private readonly Tensor[] _fields;
    private readonly Lazy<string> _fingerprint;

    /// <param name="fields">Each samples x whatever a sample has there, on the CPU; they belong to the caller.</param>
    /// <exception cref="ArgumentException">There is none, or they have different numbers of rows.</exception>
    public TensorSamples(params Tensor[] fields)
    {
        long[] counts = [.. fields.Select(f => f.dim() == 0 ? 0 : f.shape[0]).Distinct()];
        if (counts is not [> 0])
        {
            throw new ArgumentException(
                $"the fields have {string.Join(", ", counts)} rows; each must have a row for every sample, and there must be one at least.",
                nameof(fields)
            );
        }

        (_fields, Count, _fingerprint) = (fields, checked((int)counts[0]), new(() => HashOf(fields)));
    }

    public override int Count { get; }

    public override string Fingerprint => _fingerprint.Value;

    public override IReadOnlyList<Tensor> Read(BatchPlan plan)
    {
        using var rows = tensor(Array.ConvertAll(plan.Indices.ToArray(), i => (long)i));
        return [.. _fields.Select(f => f.index_select(0, rows))];
    }
}
