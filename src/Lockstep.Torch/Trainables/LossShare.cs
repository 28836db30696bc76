using static TorchSharp.torch;

namespace Lockstep.Torch.Trainables;

/// <summary>What a part of a batch adds to the loss of a step.</summary>
/// <param name="Sum">
/// One number, where the arithmetic is: the part's share of the mean over all samples of the step, or, where there is a weight, the sum of
/// the losses that are weighed.
/// </param>
/// <param name="Weight">
/// One number: by how much the sum counts, such as the tokens that are not masked. The gradients are those of the sum, and are divided by
/// the
/// weight of all parts of all replicas when they have been added up. Null where the share is complete.
/// </param>
public readonly record struct LossShare(Tensor Sum, Tensor? Weight = null);
