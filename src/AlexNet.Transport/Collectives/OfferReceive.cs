using AlexNet.Core.Collectives;
using AlexNet.Core.Plans;
using AlexNet.Transport.Links;

namespace AlexNet.Transport.Collectives;

/// <summary>A member's offer, on its way into the memory of the reduction.</summary>
internal sealed class OfferReceive(PeerOperation operation, Member from, TensorMemory memory, Action came)
    : MemoryReceive(operation, from, memory)
{
    protected override void Completed() => came();
}
