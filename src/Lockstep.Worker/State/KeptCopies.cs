using Lockstep.Core.Collectives;
using Lockstep.Worker.Reduce;
using static TorchSharp.torch;

namespace Lockstep.Worker.State;

/// <summary>
/// A part that is kept as copies, a new one every so many steps, to which all return after a loss. 1. When such a step begins, the owner's
/// state sets out for here, and travels during the step's passes, which do not change it. 2. It has come before this worker votes. 3. Once
/// all have voted, every part of that step is here or there: each worker copies its own part of it too, and the copies before it are of no
/// use any more.
/// </summary>
/// <param name="shard">The index of the part that is kept.</param>
internal sealed class KeptCopies(int shard) : KeptState
{
    private readonly List<StateTransfer> _transfers = [];
    private Keeping? _out,
        _in; // of this generation
    private long _start;
    private int _every = 1;
    private StateCopy? _own,
        _whole,
        _coming;

    public override int Shard => shard;

    public override IReadOnlyList<long> Steps => [.. new[] { _whole, _coming }.Select(copy => copy?.Step).OfType<long>()];

    public override long? OwnCopy => _own?.Step;

    /// <summary>Keeps with the members of another generation from now on.</summary>
    /// <param name="own">This worker's part.</param>
    /// <param name="toKeeper">The way of this worker's part.</param>
    /// <param name="fromOwner">The way of the part that is kept.</param>
    /// <param name="every">Steps from one copy to the next.</param>
    /// <exception cref="PeerLostException">The owner or the keeper is gone.</exception>
    public void Use(ShardState own, Keeping toKeeper, Keeping fromOwner, int every)
    {
        (_out, _in, _start, _every) = (toKeeper, fromOwner, own.Applied, every);
        long[] sizes = StateCopy.SizesOf(own);
        using (var mine = tensor(sizes))
        using (var theirs = tensor(sizes)) // as many: shards have the same layers
        using (var sent = StateTransfer.Begin([mine], toKeeper.Pair, toKeeper.Owner, Name(own.Applied, toKeeper, isOfSizes: true)))
        using (var come = StateTransfer.Begin([theirs], fromOwner.Pair, fromOwner.Owner, Name(own.Applied, fromOwner, isOfSizes: true)))
        {
            sent.Complete();
            come.Complete();
            sizes = theirs.data<long>().ToArray();
        }

        _own = Fitting(_own, StateCopy.SizesOf(own)) ?? StateCopy.Of(own);
        _whole = Fitting(_whole, sizes) ?? StateCopy.Of(sizes);
        _coming = Fitting(_coming, sizes) ?? StateCopy.Of(sizes);
        if (_coming.Step == own.Applied)
            (_whole, _coming) = (_coming, _whole); // nobody was left to say so, but all go on from it
    }

    public override void Begin(ShardState own)
    {
        if ((own.Applied != _start && own.Applied % _every != 0) || _out is not { } way || _in is not { } back || _coming is null)
            return;
        _coming.Step = null;
        _transfers.Add(StateTransfer.Begin(own.Tensors, way.Pair, way.Owner, Name(own.Applied, way)));
        _transfers.Add(StateTransfer.Begin(_coming.Tensors, back.Pair, back.Owner, Name(own.Applied, back)));
    }

    public override void Take(ShardState own)
    {
        if (_transfers.Count == 0)
            return;
        foreach (var transfer in _transfers)
            transfer.Complete();
        Clear();
        if (_coming is not null)
            _coming.Step = own.Applied;
    }

    public override void Commit(ShardState own)
    {
        if (_coming?.Step != own.Applied)
            return;
        _own?.Take(own);
        (_whole, _coming) = (_coming, _whole);
        if (_coming is not null)
            _coming.Step = null;
    }

    public override void EndGeneration()
    {
        foreach (var transfer in _transfers)
            transfer.Abandon();
        Clear();
    }

    public override IReadOnlyList<Tensor> BringTo(long step) => new[] { _whole, _coming }.First(copy => copy?.Step == step)?.Tensors ?? [];

    public override void Return(ShardState own)
    {
        if (_own is null)
            base.Return(own);
        _own?.Give(own);
    }

    public override void Dispose()
    {
        EndGeneration();
        _own?.Dispose();
        _whole?.Dispose();
        _coming?.Dispose();
    }

    /// <summary>Both ways between two that keep each other's part have names of their own.</summary>
    private static Operation Name(long step, Keeping way, bool isOfSizes = false) =>
        new(OperationKind.Keep, step, (2 * way.Owner + (isOfSizes ? 1 : 0)) * StateRestorer.MostTensors);

    /// <summary>The same copy where it has room for a part of these sizes; null where it has not.</summary>
    private static StateCopy? Fitting(StateCopy? copy, IEnumerable<long> sizes)
    {
        if (copy is null || copy.Tensors.Select(t => t.numel() * t.element_size()).SequenceEqual(sizes))
            return copy;
        copy.Dispose();
        return null;
    }

    private void Clear()
    {
        foreach (var transfer in _transfers)
            transfer.Dispose();
        _transfers.Clear();
    }
}
