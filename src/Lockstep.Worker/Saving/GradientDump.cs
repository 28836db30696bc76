using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;
using Lockstep.Torch.Checkpoints;
using Lockstep.Torch.Parameters;
using Lockstep.Worker.Options;
using static TorchSharp.torch;

namespace Lockstep.Worker.Saving;

/// <summary>For diagnosis: writes the weights and summed gradients of chosen steps, as they are just before the update.</summary>
internal sealed class GradientDump(WorkerOptions options, RunTopology topology, Slot slot, IReadOnlyList<Parameter> parameters)
{
    public void Write(long step)
    {
        if (slot.Replica != 0 || options.RunDirectory is not { } run || !options.DumpSteps.Contains(step))
            return;
        var directory = new CheckpointDirectory(Path.Combine(run, "dumps", CheckpointFiles.NameOf(step)));
        WeightFiles.Write(directory, CheckpointFiles.Weights, slot.Shard, topology.Shards, parameters.Select(p => p.Weights));
        WeightFiles.Write(
            directory,
            CheckpointFiles.Gradients,
            slot.Shard,
            topology.Shards,
            parameters.Select(p => p.Weights with { Value = (p.FindGradient() ?? zeros_like(p.Value)).to(ScalarType.Float32) })
        );
    }
}
