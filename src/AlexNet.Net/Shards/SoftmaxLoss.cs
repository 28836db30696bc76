using static TorchSharp.torch;

namespace AlexNet.Net.Shards;

/// <summary>Cross entropy of the softmax over gathered logits; every shard computes the same.</summary>
/// <param name="Loss">One number, where the logits are: the sum over this replica's samples divided by the global batch.</param>
/// <param name="LogitsGradient">Its gradient: samples x classes.</param>
public sealed record SoftmaxLoss(Tensor Loss, Tensor LogitsGradient)
{
    /// <summary>The loss, read: a GPU is waited for.</summary>
    public double Value => Loss.cpu().item<float>();

    /// <param name="logits">samples x classes.</param>
    /// <param name="labels">samples, 64-bit.</param>
    /// <param name="globalBatch">Samples of the step over all replicas: the mean is over them.</param>
    public static SoftmaxLoss Of(Tensor logits, Tensor labels, int globalBatch)
    {
        var leaf = logits.detach().requires_grad_(true);
        var loss = nn.functional.cross_entropy(leaf, labels, reduction: nn.Reduction.Sum) / globalBatch;
        loss.backward();
        return new SoftmaxLoss(loss.detach(), leaf.grad ?? throw new InvalidOperationException("the loss left no gradient."));
    }
}
