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
    public static SoftmaxLoss Of(Tensor logits, Tensor labels, int globalBatch) =>
        Of(logits, leaf => nn.functional.cross_entropy(leaf, labels, reduction: nn.Reduction.Sum) / globalBatch);

    /// <summary>The same against a weight for every class of every sample, in place of one label.</summary>
    /// <param name="logits">samples x classes.</param>
    /// <param name="targets">samples x classes; the loss of a sample is the sum of -target x log(softmax) over its classes.</param>
    /// <param name="globalBatch">Samples of the step over all replicas: the mean is over them.</param>
    public static SoftmaxLoss OfTargets(Tensor logits, Tensor targets, int globalBatch) =>
        Of(logits, leaf => -(targets * leaf.log_softmax(1)).sum() / globalBatch);

    private static SoftmaxLoss Of(Tensor logits, Func<Tensor, Tensor> lossOf)
    {
        var leaf = logits.detach().requires_grad_(true);
        var loss = lossOf(leaf);
        loss.backward();
        return new SoftmaxLoss(loss.detach(), leaf.grad ?? throw new InvalidOperationException("the loss left no gradient."));
    }
}
