using Lockstep.Core.Errors;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Torch.Trainables;
using Lockstep.Transport.Collectives;
using Lockstep.Worker.State;
using static TorchSharp.torch;

namespace Lockstep.Worker.Run;

/// <summary>
/// A worker that stands by trains a net of its own on one sample, for one step, and throws it away: code is compiled and libtorch's
/// threads and kernels are set up by the time that it must take a slot at once.
/// </summary>
internal static class WarmUp
{
    public static void Run(RunContext run)
    {
        using var scope = NewDisposeScope();
        using var state = ShardState.Create(run, new RunTopology(1, 1), 0, new LocalCollectives());
        state.Applied = 0;
        using var batches = run.Data.Train.Load([new BatchPlan(0, 1, 1, new int[1], new Extent(0, 1))], threads: 1);
        try
        {
            using var batch = batches.Next(CancellationToken.None);
            if (batch is null)
                return;
            var pass = new PassContext(Training: true, 0, batch.Plan.Indices);
            state.Trainable.Train(state.Trainable.Load(batch, pass), new Extent(0, 1), pass, UnheardPass.Instance);
            state.Update();
        }
        catch (UnreadableDataException)
        {
            // whoever trains on this sample will tell
        }
    }
}
