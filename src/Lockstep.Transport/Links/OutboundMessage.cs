using Lockstep.Core.Collectives;
using Lockstep.Core.Plans;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Links;

/// <summary>
/// A message on its way to one peer, straight from lent memory. Its bytes leave in order, up to a mark that the owner raises;
/// credit from the receiver, when it comes, is a second mark of the same kind.
/// </summary>
internal sealed class OutboundMessage(
    ILinkedOperation operation,
    Member to,
    MessagePart part,
    TensorMemory memory,
    bool ready = true,
    Action? copied = null
) : IChunkSource
{
    private long _chosen;
    private long _copied;
    private long _ready = ready ? memory.Bytes : 0;
    private bool _begun;
    private volatile bool _done;

    public ILinkedOperation Operation => operation;

    public Member To => to;

    public MessageKey Key => new(operation.Name, part);

    public long Total => memory.Bytes;

    /// <summary>Bytes that the connection has taken.</summary>
    public long Copied => Interlocked.Read(ref _copied);

    /// <summary>Raises the mark up to which bytes may leave; the outbox calls it under its lock.</summary>
    public void Allow(long bytes) => _ready = Math.Max(_ready, bytes);

    /// <summary>Nothing more will leave; the outbox drops the message.</summary>
    public bool IsOver => _done || operation.Lease.IsRevoked;

    /// <summary>Chooses the next chunk if one may leave; the outbox calls it under its lock.</summary>
    public bool TryChoose(long generation, out ChunkHead head)
    {
        head = new(generation, Key, _chosen, Total);
        bool chosenWhole = _begun && _chosen == Total;
        if (chosenWhole || IsOver || _chosen + head.PayloadBytes > _ready)
        {
            return false;
        }

        _begun = true;
        _chosen += head.PayloadBytes;
        return true;
    }

    /// <summary>
    /// Copies a chunk to the connection; false when the memory went back to its owner. The operation counts as sent from here on
    /// and not from the end of the write: what the peer has received, this end has certainly counted.
    /// </summary>
    public bool TryWrite(in ChunkHead head, IChunkTarget target)
    {
        if (!operation.Lease.TryEnter())
        {
            return false;
        }

        try
        {
            Write(head, target);
        }
        finally
        {
            operation.Lease.Exit();
        }

        operation.Traffic.CountSent(head.Key, target.Carrier, head.PayloadBytes);
        if (Interlocked.Add(ref _copied, head.PayloadBytes) == Total)
        {
            _done = true;
            copied?.Invoke();
            operation.Finish();
        }

        return true;
    }

    private unsafe void Write(in ChunkHead head, IChunkTarget target) =>
        target.Write(
            head,
            new ReadOnlySpan<byte>((void*)(memory.Address + (nint)head.Offset), head.PayloadBytes),
            operation.TakeCorruption()
        );
}
