using AlexNet.Net.Layers;
using AlexNet.Net.Shards;
using Lockstep.Core.Net;
using Lockstep.Core.Topology;
using Lockstep.Transport.Collectives;
using Lockstep.Worker.State;
using static TorchSharp.torch;

namespace Lockstep.Worker.Run;

/// <summary>
/// A worker that stands by trains a net of its own for one step, and throws it away: code is compiled and libtorch's threads and kernels
/// are
/// set up by the time that it must take a slot at once.
/// </summary>
internal static class WarmUp
{
    public static void Run(RunContext run)
    {
        using var scope = NewDisposeScope();
        var whole = new RunTopology(1, 1);
        var image = NetShape.Of(run.Recipe).Image;
        using var state = new ShardState(run, whole, 0, new LocalCollectives()) { Applied = 0 };
        var pass = state.Shard.Forward(
            zeros(1, image.Channels, image.Height, image.Width, device: run.Device),
            new PassContext(Training: true, 0, new int[1])
        );
        var loss = SoftmaxLoss.Of(pass.Logits, zeros(1, dtype: ScalarType.Int64, device: run.Device), globalBatch: 1);
        state.Shard.Backward(pass, loss.LogitsGradient, _ => { });
        state.Update();
    }
}
