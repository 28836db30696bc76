using Lockstep.Core.Collectives;
using Lockstep.Core.Topology;
using Lockstep.Transport.Links;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Collectives;

/// <summary>
/// Collectives over the links of a mesh; every member exchanges with every other directly.
/// <para>All-gather: 1. send the own part to each other member; 2. receive theirs into place.</para>
/// <para>Reduce-scatter: 1. send each member the addend for its part; 2. sum the addends that come for the own part, chunk by chunk.</para>
/// <para>
/// All-reduce: 1. cut the tensor into one contiguous part for each member; 2. reduce-scatter them; 3. all-gather the sums, each chunk as
/// soon as it is summed. A short tensor takes one round instead: 1. send all of it to everybody; 2. everybody sums everything. A tensor in
/// shared memory of every member is summed in place, see <see cref="ArenaReduction"/>.
/// </para>
/// A part of length zero travels as one message without payload: an operation is complete only when every member has begun it.
/// </summary>
internal sealed class PeerCollectives(IOperationMesh mesh, IReadOnlyList<int> ranks, int rank) : ICollectives
{
    public int Rank => rank;

    public int Size => ranks.Count;

    public IPendingOperation AllGather(Operation operation, ReadOnlySpan<TensorMemory> parts)
    {
        CollectiveArguments.CheckParts(operation, parts, Size);
        var pending = mesh.Begin(operation);
        foreach (int other in Others())
        {
            var link = LinkTo(other);
            pending.Receive(link, MessagePart.Gather, new MemoryReceive(pending, link.Peer, parts[other]));
            pending.Send(link, MessagePart.Gather, parts[Rank]);
        }

        pending.Finish();
        return pending;
    }

    public IPendingOperation ReduceScatter(Operation operation, ReadOnlySpan<TensorMemory> parts, TensorMemory sum)
    {
        CollectiveArguments.CheckSum(operation, parts, Size, Rank, sum);
        var pending = mesh.Begin(operation);
        ReceiveAddends(pending, new Reduction(pending, parts[Rank], sum, Rank, Size));
        foreach (int other in Others())
        {
            pending.Send(LinkTo(other), MessagePart.Scatter, parts[other]);
        }

        pending.Finish();
        return pending;
    }

    public IPendingOperation AllReduce(Operation operation, TensorMemory values)
    {
        CollectiveArguments.CheckMemory(operation, values);
        var pending = mesh.Begin(operation);
        if (values.Bytes <= CollectiveBytes.OneRound)
        {
            ReduceInOneRound(pending, values);
        }
        else
        {
            ReduceWhenLinked(pending, values);
        }

        pending.Finish();
        return pending;
    }

    /// <summary>The sum overwrites what is being sent, so it begins when the last copy has left.</summary>
    private void ReduceInOneRound(PeerOperation pending, TensorMemory values)
    {
        Reduction reduction = new(pending, values, values, Rank, Size, sendsFirst: Size - 1);
        ReceiveAddends(pending, reduction);
        foreach (int other in Others())
        {
            pending.Send(LinkTo(other), MessagePart.Scatter, values, copied: reduction.CountSent);
        }
    }

    /// <summary>
    /// Members must agree on how they sum, which follows from what carries each pair: that is known once the links stand.
    /// </summary>
    private void ReduceWhenLinked(PeerOperation pending, TensorMemory values)
    {
        var linked = Task.WhenAll(Others().Select(o => LinkTo(o).Linked));
        if (linked.IsCompleted)
        {
            ReduceInPlaceOrParts(pending, values);
            return;
        }

        pending.Expect();
        _ = linked.ContinueWith(
            ended =>
            {
                _ = ended.Exception; // the link that is lost fails the operation
                ReduceInPlaceOrParts(pending, values);
                pending.Finish();
            },
            TaskScheduler.Default
        );
    }

    private void ReduceInPlaceOrParts(PeerOperation pending, TensorMemory values)
    {
        PeerLink?[] links = [.. Enumerable.Range(0, Size).Select(m => m == Rank ? null : LinkTo(m))];
        if (Array.Exists(links, l => l?.Shared is not null))
        {
            new ArenaReduction(mesh, pending, values, links, Rank, () => ReduceInParts(pending, values)).Begin();
        }
        else
        {
            ReduceInParts(pending, values);
        }
    }

    /// <summary>
    /// A sum arrives in the place of an addend that was sent, and never before it was sent: its owner needed that addend first.
    /// </summary>
    private void ReduceInParts(PeerOperation pending, TensorMemory values)
    {
        var own = Part(values, Rank);
        List<(PeerLink Link, OutboundMessage Sum)> sums = new(Size - 1);
        Reduction reduction = new(pending, own, own, Rank, Size, summed: bytes => sums.ForEach(s => s.Link.Allow(s.Sum, bytes)));
        foreach (int other in Others())
        {
            var link = LinkTo(other);
            pending.Receive(link, MessagePart.Gather, new MemoryReceive(pending, link.Peer, Part(values, other)));
            sums.Add((link, pending.Send(link, MessagePart.Gather, own, ready: false)));
        }

        ReceiveAddends(pending, reduction);
        foreach (int other in Others())
        {
            pending.Send(LinkTo(other), MessagePart.Scatter, Part(values, other));
        }
    }

    private void ReceiveAddends(PeerOperation pending, Reduction reduction)
    {
        foreach (int other in Others())
        {
            var link = LinkTo(other);
            pending.Receive(link, MessagePart.Scatter, new AddendReceive(pending, link.Peer, other, reduction));
        }
    }

    private TensorMemory Part(TensorMemory values, int member)
    {
        var extent = Extent.Part(checked((int)values.Count), Size, member);
        return values.Slice(extent.Start, extent.Length);
    }

    /// <summary>The other members, beginning with the next one, so that not all send to the first at once.</summary>
    private IEnumerable<int> Others() => Enumerable.Range(1, Size - 1).Select(step => (Rank + step) % Size);

    private PeerLink LinkTo(int member) => mesh.LinkTo(ranks[member]);
}
