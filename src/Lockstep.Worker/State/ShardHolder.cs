using Lockstep.Core.Collectives;
using Lockstep.Core.Topology;

namespace Lockstep.Worker.State;

/// <summary>Holds the state of the net between generations; a worker without a slot yet holds none.</summary>
internal sealed class ShardHolder : IDisposable
{
    public ShardState? State { get; private set; }

    /// <summary>Starts a shard from the recipe's first weights, in place of what was held.</summary>
    public ShardState Begin(RunContext run, RunTopology topology, int shard, ICollectives exchange)
    {
        State?.Dispose();
        return State = ShardState.Create(run, topology, shard, exchange);
    }

    public void Dispose() => State?.Dispose();
}
