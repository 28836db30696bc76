using Lockstep.Core.Sampling;
using static TorchSharp.torch;

namespace Lockstep.Torch.Trainables;

/// <summary>A batch where the arithmetic takes it; its tensors live as long as the scope in which it was loaded.</summary>
/// <param name="Plan">The samples of the batch.</param>
/// <param name="Tensors">As the trainable that has loaded it needs them.</param>
public sealed record LoadedBatch(BatchPlan Plan, IReadOnlyList<Tensor> Tensors);
