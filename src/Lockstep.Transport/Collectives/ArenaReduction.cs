using Lockstep.Core.Collectives;
using Lockstep.Core.Topology;
using Lockstep.Transport.Links;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Collectives;

/// <summary>
/// An all-reduce of values that lie in shared memory of every member: 1. offer them to each other member; 2. when every offer has come, sum
/// the own part over all members' memory where it is, in ascending rank order, and write the sum into everybody's; 3. say so, and wait
/// until everybody has said so. Where the values of a member lie elsewhere, or a pair shares nothing, the first phase tells everybody, and
/// messages carry the sum. Each part is read and written by one member only, so nothing else needs an order.
/// </summary>
internal sealed class ArenaReduction
{
    // Long enough to be worth the entries, short enough that who takes memory back waits for microseconds.
    private const int ChunkBytes = 256 * 1024;

    // From here on a sum has a thread of its own, because it would keep the pool from what other operations need.
    private const int ShortSumBytes = 1024 * 1024;

    private readonly IOperationMesh _mesh;
    private readonly PeerOperation _operation;
    private readonly TensorMemory _values;
    private readonly PeerLink?[] _links;
    private readonly int _rank;
    private readonly Action _sendMessages;
    private readonly ArenaOffer[] _own;
    private readonly ArenaOffer[] _theirs;
    private int _missing;

    /// <param name="mesh">The mesh of the operation.</param>
    /// <param name="operation">Lends the memory.</param>
    /// <param name="values">What is summed.</param>
    /// <param name="links">The links to the members, in rank order, null at the own place.</param>
    /// <param name="rank">The own place.</param>
    /// <param name="sendMessages">Sums by messages instead.</param>
    public ArenaReduction(
        IOperationMesh mesh,
        PeerOperation operation,
        TensorMemory values,
        PeerLink?[] links,
        int rank,
        Action sendMessages
    )
    {
        (_mesh, _operation, _values, _links, _rank, _sendMessages) = (mesh, operation, values, links, rank, sendMessages);
        _own = GC.AllocateArray<ArenaOffer>(links.Length, pinned: true);
        _theirs = GC.AllocateArray<ArenaOffer>(links.Length, pinned: true);
    }

    private Extent OwnPart => Extent.Part(checked((int)_values.Count), _links.Length, _rank);

    public void Begin()
    {
        bool offered = TryOffer();
        _missing = _links.Length;
        if (offered)
        {
            _operation.Expect();
        }

        for (int member = 0; member < _links.Length; member++)
        {
            if (_links[member] is { Shared: not null } link)
            {
                _operation.Receive(
                    link,
                    MessagePart.Offer,
                    new OfferReceive(_operation, link.Peer, Memory(_theirs, member), offered ? CountOffer : Ignore)
                );
                _operation.Send(link, MessagePart.Offer, Memory(_own, member));
            }
        }

        if (offered)
        {
            CountOffer();
        }
        else
        {
            _sendMessages();
        }
    }

    /// <summary>Fills in the own offers; false, and offers of nothing, when the values cannot be summed in place.</summary>
    private bool TryOffer()
    {
        var block = _mesh.Arena.Find(_values);
        bool able = block is not null && _links.Where((_, member) => member != _rank).All(l => l?.Shared is not null);
        for (int member = 0; able && member < _links.Length; member++)
        {
            if (_links[member] is { } link)
            {
                able = _operation.TryGrant(link, out var grant);
                _own[member] = new(block?.Id ?? 0, _values.Address - (block?.Address ?? 0), _values.Bytes, grant);
            }
        }

        if (!able)
        {
            _own.AsSpan().Clear();
        }

        return able;
    }

    private void CountOffer()
    {
        if (Interlocked.Decrement(ref _missing) == 0)
        {
            _ = Task.Run(DecideAsync);
        }
    }

    /// <summary>Messages carry the sum already. Not static: the receive keeps this object and so its pinned memory alive.</summary>
    private void Ignore() { }

    private async Task DecideAsync()
    {
        if (_theirs.Where((offer, member) => member != _rank && offer.Block == 0).Any())
        {
            _sendMessages();
            _operation.Finish();
            return;
        }

        // First of all, so that the loss of a member fails the operation from here on too.
        foreach (var link in _links.OfType<PeerLink>())
        {
            _operation.Receive(link, MessagePart.Summed, new MemoryReceive(_operation, link.Peer, default));
        }

        var members = await Task.WhenAll(
            _links.Select(
                (link, member) =>
                    link is null ? Task.FromResult<ArenaMember?>(null) : ArenaMember.OpenAsync(link, _theirs[member], _values.Bytes)
            )
        );
        ArenaMember[] others = [.. members.OfType<ArenaMember>()];
        if (others.Length < _links.Length - 1)
        {
            // The link that has ended fails the operation.
            Array.ForEach(others, o => o.Dispose());
        }
        else if ((long)OwnPart.Length * _values.Type.Size() <= ShortSumBytes)
        {
            SumAndTell(members, others);
        }
        else
        {
            _ = Task.Factory.StartNew(() => SumAndTell(members, others), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private void SumAndTell(ArenaMember?[] members, ArenaMember[] others)
    {
        bool summed = Sum(members, others);
        Array.ForEach(others, o => o.Dispose());

        // Where a member took its memory back it has failed, and its link or the deadline says why.
        if (summed)
        {
            CountTraffic();
            Array.ForEach(others, o => _operation.Send(o.Link, MessagePart.Summed, default));
            _operation.Finish();
        }
    }

    private bool Sum(ArenaMember?[] members, ArenaMember[] others)
    {
        var part = OwnPart;
        int size = _values.Type.Size();
        long end = (long)part.End * size;
        Span<nint> addresses = stackalloc nint[members.Length];
        for (long at = (long)part.Start * size; at < end; at += ChunkBytes)
        {
            for (int member = 0; member < members.Length; member++)
            {
                addresses[member] = (members[member]?.Address ?? _values.Address) + (nint)at;
            }

            if (!TrySumChunk(addresses, others, (int)Math.Min(ChunkBytes, end - at)))
            {
                return false;
            }
        }

        return true;
    }

    private bool TrySumChunk(ReadOnlySpan<nint> addresses, ArenaMember[] others, int bytes)
    {
        if (!_operation.Lease.TryEnter())
        {
            return false;
        }

        int entered = 0;
        while (entered < others.Length && others[entered].TryEnter())
        {
            entered++;
        }

        bool all = entered == others.Length;
        if (all)
        {
            ElementSums.SumInPlace(_values.Type, addresses, bytes);
        }

        for (int i = 0; i < entered; i++)
        {
            others[i].Exit();
        }

        _operation.Lease.Exit();
        return all;
    }

    /// <summary>The same numbers as when messages carry the sum: what crosses between the members' memories.</summary>
    private void CountTraffic()
    {
        long own = (long)OwnPart.Length * _values.Type.Size();
        long crossed = _values.Bytes - own + (own * (_links.Length - 1));
        _mesh.Traffic.CountSent(_operation.Name.Kind, PeerTransport.SharedMemory, crossed);
        _mesh.Traffic.CountReceived(_operation.Name.Kind, PeerTransport.SharedMemory, crossed);
    }

    private static unsafe TensorMemory Memory(ArenaOffer[] offers, int member)
    {
        fixed (ArenaOffer* offer = &offers[member])
        {
            // Pinned for good; the operation keeps the array alive.
            return new((nint)offer, sizeof(ArenaOffer), ElementType.Byte);
        }
    }
}
