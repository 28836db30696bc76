using static TorchSharp.torch;

namespace AlexNet.Net.Trained;

/// <summary>Adds up loss and hits over batches, exactly.</summary>
public sealed class EvaluationTally
{
    private const int Five = 5;

    /// <summary>Sum of the losses of all samples.</summary>
    public double LossSum { get; private set; }

    /// <summary>Samples whose class had the highest logit.</summary>
    public long Top1Hits { get; private set; }

    /// <summary>Samples whose class was among the five highest logits.</summary>
    public long Top5Hits { get; private set; }

    public long Samples { get; private set; }

    /// <param name="logits">samples x classes.</param>
    /// <param name="labels">samples, 64-bit.</param>
    public void Add(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var best = logits.topk((int)Math.Min(Five, logits.shape[1])).indexes; // samples x 5, highest first
        var hits = best.eq(labels.unsqueeze(1)).cpu();
        LossSum += nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.Sum).cpu().item<float>();
        Top1Hits += hits.select(1, 0).sum().item<long>();
        Top5Hits += hits.sum().item<long>();
        Samples += labels.shape[0];
    }
}
