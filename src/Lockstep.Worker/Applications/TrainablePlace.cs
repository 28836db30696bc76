using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Exchanging;
using TorchSharp;

namespace Lockstep.Worker.Applications;

/// <summary>Which part of a net a worker is to hold, and where.</summary>
/// <param name="Topology">Says how many shards there are.</param>
/// <param name="Shard">The index of this worker's shard.</param>
/// <param name="Exchange">The way to the other shards of the replica, in every generation.</param>
/// <param name="Device">Where the arithmetic runs.</param>
/// <param name="Gpu">How, where that is a GPU.</param>
public sealed record TrainablePlace(RunTopology Topology, int Shard, Exchange Exchange, torch.Device Device, GpuOptions Gpu)
{
    /// <summary>Hears, in a sentence, what the user should know of the net; it is logged.</summary>
    public Action<string> Notice { get; init; } = _ => { };
}
