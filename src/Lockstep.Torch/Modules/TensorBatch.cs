using Lockstep.Core.Sampling;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>Rows of tensors as a batch.</summary>
/// <param name="plan">The samples of the batch.</param>
/// <param name="fields">For each field samples x whatever a sample is; disposed with the batch.</param>
internal sealed class TensorBatch(BatchPlan plan, IReadOnlyList<Tensor> fields) : IBatch
{
    public BatchPlan Plan => plan;

    public IReadOnlyList<Tensor> Fields => fields;

    public void Dispose()
    {
        foreach (var field in fields)
            field.Dispose();
    }
}
