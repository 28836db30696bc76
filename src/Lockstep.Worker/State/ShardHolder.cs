using Lockstep.Core.Collectives;
using Lockstep.Core.Topology;

namespace Lockstep.Worker.State;

/// <summary>
/// Holds the state of the net between generations: this worker's part, and the part that it keeps for another. A worker without a slot yet
/// holds none.
/// </summary>
internal sealed class ShardHolder : IDisposable
{
    public ShardState? State { get; private set; }

    /// <summary>Another worker's part; null where none is kept.</summary>
    public KeptState? Kept { get; private set; }

    /// <summary>Starts a shard from the recipe's first weights, in place of what was held.</summary>
    public ShardState Begin(RunContext run, RunTopology topology, int shard, ICollectives exchange)
    {
        State?.Dispose();
        return State = ShardState.Create(run, topology, shard, exchange);
    }

    /// <summary>Keeps this from now on, in place of what was kept.</summary>
    public T Keep<T>(T kept)
        where T : KeptState
    {
        ForgetKept();
        Kept = kept;
        return kept;
    }

    /// <summary>Nothing is kept any more.</summary>
    public void ForgetKept()
    {
        Kept?.Dispose();
        Kept = null;
    }

    /// <summary>A generation has ended, maybe in the middle of a step.</summary>
    public void EndGeneration()
    {
        State?.EndGeneration();
        Kept?.EndGeneration();
    }

    public void Dispose()
    {
        ForgetKept();
        State?.Dispose();
    }
}
