using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;
using Lockstep.Transport.Links;

namespace Lockstep.Transport.Collectives;

/// <summary>
/// Sums one part of a tensor over a group, chunk by chunk, as soon as a chunk has come from every member: the addends in ascending rank
/// order with the own one at its place. Memory for addends is needed only for as far as one member runs ahead of another.
/// </summary>
internal sealed class Reduction
{
    private readonly PeerOperation _operation;
    private readonly TensorMemory _own;
    private readonly TensorMemory _sum;
    private readonly int _ownRank;
    private readonly Action<long>? _summed;
    private readonly Lock _gate = new();
    private readonly Queue<HeldChunk>[] _addends;
    private readonly HeldChunk[] _current;
    private readonly GCHandle[] _pins;
    private int _sendsFirst;
    private long _position;
    private bool _busy;

    /// <param name="operation">The operation it belongs to; lends the memory.</param>
    /// <param name="own">This member's addend.</param>
    /// <param name="sum">Where the sum goes; may be the place of the own addend.</param>
    /// <param name="ownRank">This member's place in the group.</param>
    /// <param name="size">Number of members.</param>
    /// <param name="sendsFirst">Messages that must have left before the sum may overwrite what they carry.</param>
    /// <param name="summed">Is notified how many bytes of the sum are final.</param>
    public Reduction(
        PeerOperation operation,
        TensorMemory own,
        TensorMemory sum,
        int ownRank,
        int size,
        int sendsFirst = 0,
        Action<long>? summed = null
    )
    {
        (_operation, _own, _sum, _ownRank, _sendsFirst, _summed) = (operation, own, sum, ownRank, sendsFirst, summed);
        _addends = [.. Enumerable.Range(0, size).Select(_ => new Queue<HeldChunk>())];
        _current = new HeldChunk[size];
        _pins = new GCHandle[size];
        if (Bytes > 0)
        {
            operation.Expect();
        }
    }

    /// <summary>Length of the part, in bytes.</summary>
    public long Bytes => _sum.Bytes;

    /// <summary>Takes the next chunk of a member's addend over.</summary>
    public void Add(int rank, HeldChunk chunk)
    {
        if (chunk.Length == 0)
        {
            chunk.Return();
            return;
        }

        lock (_gate)
        {
            _addends[rank].Enqueue(chunk);
        }

        SumWhatIsThere();
    }

    /// <summary>One of the messages that carry the own addend has left.</summary>
    public void CountSent()
    {
        lock (_gate)
        {
            _sendsFirst--;
        }

        SumWhatIsThere();
    }

    private void SumWhatIsThere()
    {
        // One thread sums at a time; whoever adds meanwhile leaves it to that one.
        while (TryTakeChunk(out int length))
        {
            bool open = _operation.Lease.TryEnter();
            if (open)
            {
                SumChunk(length);
                _operation.Lease.Exit();
            }

            ReturnChunk();
            if (open)
            {
                Advance(length);
            }
        }
    }

    private bool TryTakeChunk(out int length)
    {
        lock (_gate)
        {
            length = 0;
            if (_busy || _sendsFirst > 0 || _position == Bytes)
            {
                return false;
            }

            for (int rank = 0; rank < _addends.Length; rank++)
            {
                if (rank != _ownRank && _addends[rank].Count == 0)
                {
                    return false;
                }
            }

            for (int rank = 0; rank < _addends.Length; rank++)
            {
                if (rank != _ownRank)
                {
                    _current[rank] = _addends[rank].Dequeue();
                    length = _current[rank].Length;
                }
            }

            return _busy = true;
        }
    }

    private void SumChunk(int length)
    {
        Span<nint> addresses = stackalloc nint[_current.Length];
        for (int rank = 0; rank < _current.Length; rank++)
        {
            if (rank == _ownRank)
            {
                addresses[rank] = _own.Address + (nint)_position;
                continue;
            }

            _pins[rank] = GCHandle.Alloc(_current[rank].Buffer, GCHandleType.Pinned);
            addresses[rank] = _pins[rank].AddrOfPinnedObject();
        }

        ElementSums.Sum(_sum.Type, addresses, _sum.Address + (nint)_position, length);
    }

    private void ReturnChunk()
    {
        for (int rank = 0; rank < _current.Length; rank++)
        {
            if (_pins[rank].IsAllocated)
            {
                _pins[rank].Free();
            }

            if (rank != _ownRank)
            {
                _current[rank].Return();
            }
        }
    }

    private void Advance(int length)
    {
        long position;
        lock (_gate)
        {
            position = _position += length;
            _busy = false;
        }

        _summed?.Invoke(position);
        if (position == Bytes)
        {
            _operation.Finish();
        }
    }
}
