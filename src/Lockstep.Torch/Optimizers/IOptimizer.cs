using Lockstep.Core.Collectives;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Parameters;

namespace Lockstep.Torch.Optimizers;

/// <summary>Changes the weights of a shard by the gradients that its parameters hold.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>
    /// Learns what an update must know of the whole net. Called in every step, by all shards of a replica, when the gradients are complete
    /// and before the vote: whoever has voted can then make the update alone (law 5).
    /// </summary>
    /// <param name="exchange">The way to the other shards.</param>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="gradientScale">What the gradients are multiplied by to be the mean's.</param>
    /// <exception cref="PeerLostException">Another shard did not come.</exception>
    void Measure(Exchange exchange, long step, double gradientScale = 1);

    /// <summary>Learns the same from the optimiser of another shard, which has measured for this step.</summary>
    /// <param name="other">Made by the same recipe, for as many parameters of the same layers.</param>
    void TakeMeasures(IOptimizer other)
    {
        // for those that need nothing of the whole net
    }

    /// <summary>One update.</summary>
    /// <param name="rate">The schedule's learning rate for this step.</param>
    /// <param name="gradientScale">What every gradient is multiplied by first.</param>
    void Step(double rate, double gradientScale = 1);

    /// <summary>
    /// All that it remembers between updates, such as <c>conv1.weight.velocity</c>; copying into these tensors restores it.
    /// </summary>
    IReadOnlyList<ShardTensor> State { get; }

    /// <summary>Goes on from a <see cref="State"/> that was overwritten.</summary>
    /// <param name="updates">The updates that have led to it.</param>
    void Resume(long updates);
}
