using static TorchSharp.torch;

namespace Lockstep.Worker.State;

/// <summary>
/// Another worker's part of the net, which exists once, held here beside the own one, so that its loss sends nobody back to a checkpoint.
/// In each step: 1. <see cref="Begin"/>, before the passes: from now on the owner's data may come. 2. <see cref="Take"/>, before the vote:
/// they have come. 3. <see cref="Commit"/>, once all have voted: they count.
/// </summary>
internal abstract class KeptState : IDisposable
{
    /// <summary>The index of the shard that is kept.</summary>
    public abstract int Shard { get; }

    /// <summary>The steps to which what is kept can be brought; none where there is nothing whole.</summary>
    public abstract IReadOnlyList<long> Steps { get; }

    /// <summary>The step of which there is a copy of the own part too; null for none.</summary>
    public virtual long? OwnCopy => null;

    /// <summary>A step begins.</summary>
    /// <param name="own">This worker's part, at that step.</param>
    public abstract void Begin(ShardState own);

    /// <summary>Waits until what the step needs is here.</summary>
    /// <param name="own">This worker's part, with the sums of its gradients.</param>
    /// <exception cref="Core.Collectives.PeerLostException">The owner or the keeper is gone.</exception>
    public abstract void Take(ShardState own);

    /// <summary>All have voted for the step.</summary>
    /// <param name="own">This worker's part, before its update.</param>
    public abstract void Commit(ShardState own);

    /// <summary>A generation has ended, maybe in the middle of a step.</summary>
    public abstract void EndGeneration();

    /// <summary>Brings what is kept to one of <see cref="Steps"/>.</summary>
    /// <returns>All tensors of the part at that step, in the order of <see cref="ShardState.Tensors"/>.</returns>
    public abstract IReadOnlyList<Tensor> BringTo(long step);

    /// <summary>Brings the own part back to <see cref="OwnCopy"/>.</summary>
    public virtual void Return(ShardState own) => throw new InvalidOperationException("there is no copy of the own part.");

    public abstract void Dispose();
}
