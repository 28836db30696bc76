using AlexNet.Core.Collectives;
using AlexNet.Core.Recipes;
using AlexNet.Core.Topology;
using AlexNet.Model;
using TorchSharp;

namespace AlexNet.Worker;

/// <summary>Holds the state of the net between generations; a worker without a slot yet holds none.</summary>
internal sealed class ShardHolder : IDisposable
{
    public ShardState? State { get; private set; }

    /// <summary>Starts a shard from the recipe's first weights, in place of what was held.</summary>
    public ShardState Begin(Recipe recipe, RunTopology topology, int shard, torch.Device device, ICollectives exchange, GpuOptions gpu)
    {
        State?.Dispose();
        return State = new ShardState(recipe, topology, shard, device, exchange, gpu);
    }

    public void Dispose() => State?.Dispose();
}
