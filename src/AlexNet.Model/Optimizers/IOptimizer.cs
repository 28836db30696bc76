using AlexNet.Model.Checkpoints;

namespace AlexNet.Model.Optimizers;

/// <summary>Changes the weights of a shard by the gradients that its parameters hold.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>One update.</summary>
    /// <param name="rate">The schedule's learning rate for this step.</param>
    void Step(double rate);

    /// <summary>All that it remembers between updates, such as <c>conv1.weight.velocity</c>; copying into these tensors restores it.</summary>
    IReadOnlyList<ShardTensor> State { get; }

    /// <summary>Goes on from a <see cref="State"/> that was overwritten.</summary>
    /// <param name="updates">The updates that have led to it.</param>
    void Resume(long updates);
}
