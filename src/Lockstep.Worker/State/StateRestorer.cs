using Lockstep.Core.Collectives;
using Lockstep.Core.Plans;
using Lockstep.Storage.Checkpoints;
using Lockstep.Torch.Checkpoints;
using Lockstep.Torch.Memory;
using Lockstep.Transport.Mesh;
using TorchSharp;
using static TorchSharp.torch;

namespace Lockstep.Worker.State;

/// <summary>
/// Brings a worker's state to the start of a generation. With donors: 1. a survivor that is one step behind makes the update that it holds
/// the sums for; 2. each donor sends weights and optimiser state to the newcomers of its shard. Without: everybody reads the checkpoint.
/// </summary>
internal sealed class StateRestorer(Plan plan, int rank, PeerMesh mesh)
{
    /// <summary>Donors and survivors come to the start step; newcomers receive their state.</summary>
    /// <exception cref="PeerLostException">A donor or a newcomer is gone.</exception>
    public void FromDonors(ShardState state, IReadOnlyList<int> donors)
    {
        if (donors[rank] == rank && state.Applied == plan.StartStep - 1)
            state.Update();
        else
            state.ForgetSums();
        int donor = donors[rank];
        int[] group = [.. Enumerable.Range(0, donors.Count).Where(r => donors[r] == donor)];
        if (group.Length > 1)
            Send(state, mesh.Group(group), Array.IndexOf(group, donor));
        state.Applied = plan.StartStep;
    }

    /// <summary>Reads a checkpoint of any layout, or weights to begin from.</summary>
    /// <exception cref="Core.Errors.BadInputException">It is damaged or of another net.</exception>
    public void FromFiles(ShardState state, string? checkpoint, string? weightsToBegin)
    {
        if (checkpoint is not null)
        {
            using var weights = ShardedTensors.Open(checkpoint);
            WeightFiles.Read(weights, state.Trainable);
            using var optimizer = ShardedTensors.Open(checkpoint, CheckpointFiles.Optimizer);
            state.Optimizer.Restore(optimizer, plan.StartStep);
            state.Average?.Restore(optimizer, state.Trainable.Parameters);
        }
        else
        {
            if (weightsToBegin is not null)
            {
                using var weights = ShardedTensors.Open(weightsToBegin);
                WeightFiles.Read(weights, state.Trainable);
            }

            state.Average?.Begin();
        }
        state.Applied = plan.StartStep;
    }

    private void Send(ShardState state, ICollectives group, int donor)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Tensor[] tensors =
        [
            .. state.Trainable.Parameters.Select(p => p.Value),
            .. state.Trainable.State.Select(s => s.Value),
            .. state.Optimizer.State.Select(s => s.Value),
            .. state.Average?.Averages.Select(a => a.Value) ?? [],
        ];
        for (int i = 0; i < tensors.Length; i++)
        {
            var staged = tensors[i].cpu().contiguous(); // the tensor itself on the CPU
            var all = HostMemory.BytesOf(staged);
            var parts = Enumerable.Range(0, group.Size).Select(member => member == donor ? all : all.Slice(0, 0));
            group.AllGather(new Operation(OperationKind.State, plan.StartStep, i), [.. parts]).Wait();
            if (tensors[i].device_type != DeviceType.CPU && group.Rank != donor)
                tensors[i].copy_(staged);
        }
        if (group.Rank != donor)
            state.Optimizer.Resume(plan.StartStep);
    }
}
