using System.Buffers;
using Lockstep.Core.Plans;
using Lockstep.Transport.Links;

namespace Lockstep.Transport.Collectives;

/// <summary>A message that is an addend: its chunks are kept until the same chunk has come from every member.</summary>
/// <param name="operation">The operation it belongs to.</param>
/// <param name="from">The worker that sends it.</param>
/// <param name="groupRank">The sender's place in the sum.</param>
/// <param name="reduction">What sums it.</param>
internal sealed class AddendReceive(PeerOperation operation, Member from, int groupRank, Reduction reduction)
    : PostedReceive(operation, from, reduction.Bytes)
{
    protected override void Place(long offset, in ReadOnlySequence<byte> payload) => Place(offset, HeldChunk.CopyOf(payload));

    protected override void Place(long offset, in HeldChunk chunk) => reduction.Add(groupRank, chunk);
}
