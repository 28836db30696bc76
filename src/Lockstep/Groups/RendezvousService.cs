using Grpc.Core;
using Lockstep.Protocol.V1;

namespace Lockstep.Groups;

/// <summary>Lets the other members of a group in, at member 0.</summary>
internal sealed class RendezvousService(RendezvousDesk desk) : Rendezvous.RendezvousBase
{
    public override Task<Meeting> Meet(Arrival request, ServerCallContext context) => desk.ArriveAsync(request, context.CancellationToken);
}
