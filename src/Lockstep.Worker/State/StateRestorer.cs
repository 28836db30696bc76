using Lockstep.Core.Collectives;
using Lockstep.Core.Plans;
using Lockstep.Storage.Checkpoints;
using Lockstep.Torch.Checkpoints;
using Lockstep.Transport.Mesh;
using static TorchSharp.torch;

namespace Lockstep.Worker.State;

/// <summary>
/// Brings a worker's state to the start of a generation. With donors: 1. a survivor that is one step behind makes the update that it holds
/// the sums for, of its own part and of the one that it keeps; 2. each donor sends weights and optimiser state to the newcomers of its part
/// or of the kept one; 3. keepers receive what they are to keep and have not. Without donors, everybody reads the checkpoint.
/// </summary>
internal sealed class StateRestorer(Plan plan, int rank, PeerMesh mesh)
{
    /// <summary>Names that a transfer of a whole state may use.</summary>
    public const int MostTensors = 1 << 16;

    /// <summary>Donors and survivors come to the start step; newcomers receive their state.</summary>
    /// <param name="state">This worker's part.</param>
    /// <param name="kept">What it has kept for another; null for nothing.</param>
    /// <param name="donors">The plan's.</param>
    /// <exception cref="PeerLostException">A donor or a newcomer is gone.</exception>
    public void FromDonors(ShardState state, KeptState? kept, IReadOnlyList<int> donors)
    {
        if (donors[rank] == rank)
            BringToStart(state, kept);
        else
            state.ForgetSums();
        using var own = Transfer(state.Tensors, donors[rank], plan.Members[rank].Slot.Shard, donors);
        using var others =
            kept is not null && kept.Steps.Contains(plan.StartStep)
                ? Transfer(kept.BringTo(plan.StartStep), rank, kept.Shard, donors)
                : null;
        own?.Complete();
        others?.Complete();
        if (donors[rank] != rank)
            state.Resume(plan.StartStep);
    }

    /// <summary>A keeper that has not what it is to keep receives it from the owner, who is at the start step.</summary>
    /// <param name="state">This worker's part.</param>
    /// <param name="kept">What it is to keep; null for nothing.</param>
    /// <exception cref="PeerLostException">The owner or the keeper is gone.</exception>
    public void ToKeepers(ShardState state, ShardState? kept)
    {
        using var sent = plan.Keepers.Count > 0 && !plan.Keepers[rank].Holds ? ToKeeper(state, rank) : null;
        using var come = kept is not null && plan.WardOf(rank) is { } ward && !plan.Keepers[ward].Holds ? ToKeeper(kept, ward) : null;
        sent?.Complete();
        come?.Complete();
        if (come is not null)
            kept?.Resume(plan.StartStep);
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

    private void BringToStart(ShardState state, KeptState? kept)
    {
        if (state.HoldsSums && state.Applied == plan.StartStep - 1)
        {
            state.Update();
            return;
        }

        state.ForgetSums();
        if (state.Applied != plan.StartStep)
            kept?.Return(state);
    }

    /// <summary>From a donor to all that take a part from it; null where nobody else does.</summary>
    /// <param name="tensors">Here: the donor's, or what is overwritten.</param>
    /// <param name="donor">The rank that sends.</param>
    /// <param name="shard">The part.</param>
    /// <param name="donors">The plan's.</param>
    private StateTransfer? Transfer(IReadOnlyList<Tensor> tensors, int donor, int shard, IReadOnlyList<int> donors)
    {
        int[] group = [.. plan.Topology.AllRanks.Where(r => r == donor || (donors[r] == donor && plan.Topology.SlotOf(r).Shard == shard))];
        var first = new Operation(OperationKind.State, plan.StartStep);
        return group.Length > 1 ? StateTransfer.Begin(tensors, mesh.Group(group), Array.IndexOf(group, donor), first) : null;
    }

    private StateTransfer ToKeeper(ShardState state, int owner)
    {
        int keeper = plan.Keepers[owner].Rank;
        int[] pair = [Math.Min(owner, keeper), Math.Max(owner, keeper)];
        int place = Array.IndexOf(pair, owner); // two may keep each other's part: the names of both ways differ
        var first = new Operation(OperationKind.State, plan.StartStep, (1 + place) * MostTensors);
        return StateTransfer.Begin(state.Tensors, mesh.Group(pair), place, first);
    }
}
