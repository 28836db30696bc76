using System.Buffers;
using Lockstep.Core.Plans;

namespace Lockstep.Transport.Links;

/// <summary>
/// A message that an operation waits for. Its chunks are taken one at a time, in order, and never after the lease is revoked.
/// </summary>
internal abstract class PostedReceive(ILinkedOperation operation, Member from, long total)
{
    private long _taken;

    public ILinkedOperation Operation => operation;

    public Member From => from;

    /// <summary>Length of the message, in bytes.</summary>
    public long Total => total;

    /// <summary>Bytes that have reached their place.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>All of the message has reached its place.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Takes a chunk out of the connection's buffers.</summary>
    public void Take(long offset, in ReadOnlySequence<byte> payload)
    {
        if (!operation.Lease.TryEnter())
        {
            return;
        }

        try
        {
            Place(offset, payload);
        }
        finally
        {
            operation.Lease.Exit();
        }

        Count((int)payload.Length);
    }

    /// <summary>Takes a chunk that was held, and its buffer.</summary>
    public void Take(long offset, in HeldChunk chunk)
    {
        if (!operation.Lease.TryEnter())
        {
            chunk.Return();
            return;
        }

        try
        {
            Place(offset, chunk);
        }
        finally
        {
            operation.Lease.Exit();
        }

        Count(chunk.Length);
    }

    /// <summary>Copies the payload to its place.</summary>
    protected abstract void Place(long offset, in ReadOnlySequence<byte> payload);

    /// <summary>Copies or keeps a held chunk; its buffer belongs to this receive.</summary>
    protected abstract void Place(long offset, in HeldChunk chunk);

    /// <summary>All of it has reached its place.</summary>
    protected virtual void Completed() { }

    private void Count(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) == total)
        {
            IsComplete = true;
            Completed();
            operation.Finish();
        }
    }
}
