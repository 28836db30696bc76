using Lockstep.Core.Collectives;
using Lockstep.Core.Topology;
using Lockstep.Torch.Modules;

namespace Lockstep.Worker.State;

/// <summary>Holds the state of the net between generations; a worker without a slot yet holds none.</summary>
internal sealed class ShardHolder(ILogger logger) : IDisposable
{
    public ShardState? State { get; private set; }

    /// <summary>Starts a shard from the recipe's first weights, in place of what was held.</summary>
    public ShardState Begin(RunContext run, RunTopology topology, int shard, ICollectives exchange)
    {
        bool isFirst = State is null;
        State?.Dispose();
        State = ShardState.Create(run, topology, shard, exchange);
        if (isFirst && State.Trainable is ModuleTrainable { CuredConvolutions: { Count: > 0 } cured })
            logger.CuredConvolutions(string.Join(", ", cured));
        return State;
    }

    public void Dispose() => State?.Dispose();
}
