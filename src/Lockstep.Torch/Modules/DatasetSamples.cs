using Lockstep.Core.Sampling;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>The samples of TorchSharp's <c>torch.utils.data.Dataset</c>, with the fields that are named.</summary>
/// <param name="dataset">Returns the same sample for the same index always; it belongs to the caller.</param>
/// <param name="fingerprint">What the data are called: another name where they are others.</param>
/// <param name="fields">Keys of its samples' tensors, in the order in which a batch has them.</param>
public sealed class DatasetSamples(utils.data.Dataset dataset, string fingerprint, params string[] fields) : ModuleSamples
{
    public override int Count => checked((int)dataset.Count);

    public override string Fingerprint => fingerprint;

    public override IReadOnlyList<Tensor> Read(BatchPlan plan)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor>[] samples = [.. plan.Indices.ToArray().Select(i => dataset.GetTensor(i))];
        return [.. fields.Select(field => stack(samples.Select(s => Field(s, field))).MoveToOuterDisposeScope())];
    }

    private static Tensor Field(Dictionary<string, Tensor> sample, string field) =>
        sample.TryGetValue(field, out var value)
            ? value
            : throw new ArgumentException($"a sample has no field '{field}'; it has {string.Join(", ", sample.Keys)}.");
}
