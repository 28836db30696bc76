using System.Buffers;
using Lockstep.Core.Collectives;
using Lockstep.Core.Plans;

namespace Lockstep.Transport.Links;

/// <summary>A message whose bytes belong in lent memory as they are.</summary>
internal class MemoryReceive(ILinkedOperation operation, Member from, TensorMemory memory) : PostedReceive(operation, from, memory.Bytes)
{
    protected override void Place(long offset, in ReadOnlySequence<byte> payload) =>
        payload.CopyTo(Destination(offset, (int)payload.Length));

    protected override void Place(long offset, in HeldChunk chunk)
    {
        chunk.Span.CopyTo(Destination(offset, chunk.Length));
        chunk.Return();
    }

    private unsafe Span<byte> Destination(long offset, int length)
    {
        // The inbox has checked this already; here it is what stands between the wire and foreign memory.
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, Total);
        return new((void*)(memory.Address + (nint)offset), length);
    }
}
