using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace AlexNet.Net.Shards;

/// <summary>What a forward pass leaves for the backward pass: the input and output of each segment, and the gathered logits.</summary>
/// <param name="Context">The pass it was.</param>
/// <param name="Inputs">The inputs of each segment: samples x channels seen x height x width, a leaf that gathers its gradient (but for the
/// image).</param>
/// <param name="Outputs">The outputs of each segment: samples x channels held x height x width.</param>
/// <param name="Logits">samples x classes, fp32, the same on every shard, without a history of gradients.</param>
public record ForwardPass(PassContext Context, IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Outputs, Tensor Logits);
