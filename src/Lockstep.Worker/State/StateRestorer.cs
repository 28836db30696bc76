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
    private const int MostTensors = 1 << 16; // names that a transfer of a whole state may use

    /// <summary>Donors and survivors come to the start step; newcomers receive their state.</summary>
    /// <param name="state">This worker's part.</param>
    /// <param name="kept">What it has kept for another; null for nothing.</param>
    /// <param name="donors">The plan's.</param>
    /// <exception cref="PeerLostException">A donor or a newcomer is gone.</exception>
    public void FromDonors(ShardState state, ShardState? kept, IReadOnlyList<int> donors)
    {
        if (donors[rank] == rank)
            BringToStart(state);
        else
            state.ForgetSums();
        if (kept is not null)
            BringToStart(kept);
        using var scope = NewDisposeScope();
        List<StateTransfer?> transfers = [Transfer(state, donors[rank], rank, donors)];
        if (kept is not null)
            transfers.Add(Transfer(kept, rank, plan.Topology.RankOf(plan.Members[rank].Slot with { Shard = kept.Index }), donors));
        foreach (var transfer in transfers)
            transfer?.Complete();
        state.Applied = plan.StartStep;
    }

    /// <summary>A keeper that has not what it is to keep receives it from the owner, who is at the start step.</summary>
    /// <param name="state">This worker's part.</param>
    /// <param name="kept">What it is to keep; null for nothing.</param>
    /// <exception cref="PeerLostException">The owner or the keeper is gone.</exception>
    public void ToKeepers(ShardState state, ShardState? kept)
    {
        using var scope = NewDisposeScope();
        var transfers = new List<StateTransfer>();
        if (plan.Keepers.Count > 0 && !plan.Keepers[rank].Holds)
            transfers.Add(ToKeeper(state, rank));
        if (kept is not null && plan.WardOf(rank) is { } ward && !plan.Keepers[ward].Holds)
            transfers.Add(ToKeeper(kept, ward));
        foreach (var transfer in transfers)
            transfer.Complete();
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

    private void BringToStart(ShardState state)
    {
        if (state.HoldsSums && state.Applied == plan.StartStep - 1)
            state.Update();
        else
            state.ForgetSums();
    }

    /// <summary>From a donor to all that take the part of one of them; null where nobody does.</summary>
    /// <param name="state">Here: the donor's, or what is overwritten.</param>
    /// <param name="donor">The rank that sends.</param>
    /// <param name="taker">A rank that has the part, or is to have it.</param>
    /// <param name="donors">The plan's.</param>
    private StateTransfer? Transfer(ShardState state, int donor, int taker, IReadOnlyList<int> donors)
    {
        int shard = plan.Topology.SlotOf(taker).Shard;
        int[] group = [.. plan.Topology.AllRanks.Where(r => r == donor || (donors[r] == donor && plan.Topology.SlotOf(r).Shard == shard))];
        return group.Length > 1
            ? StateTransfer.Begin(state, mesh.Group(group), Array.IndexOf(group, donor), new Operation(OperationKind.State, plan.StartStep))
            : null;
    }

    private StateTransfer ToKeeper(ShardState state, int owner)
    {
        int keeper = plan.Keepers[owner].Rank;
        int[] pair = [Math.Min(owner, keeper), Math.Max(owner, keeper)];
        int place = Array.IndexOf(pair, owner); // two may keep each other's part: the names of both ways differ
        return StateTransfer.Begin(
            state,
            mesh.Group(pair),
            place,
            new Operation(OperationKind.State, plan.StartStep, (1 + place) * MostTensors)
        );
    }
}
