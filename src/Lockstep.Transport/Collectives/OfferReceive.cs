using Lockstep.Core.Collectives;
using Lockstep.Core.Plans;
using Lockstep.Transport.Links;

namespace Lockstep.Transport.Collectives;

/// <summary>A member's offer, on its way into the memory of the reduction.</summary>
internal sealed class OfferReceive(PeerOperation operation, Member from, TensorMemory memory, Action came)
    : MemoryReceive(operation, from, memory)
{
    protected override void Completed() => came();
}
