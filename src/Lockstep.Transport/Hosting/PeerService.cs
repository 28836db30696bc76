using Lockstep.Transport.Mesh;

namespace Lockstep.Transport.Hosting;

/// <summary>Stands for the service <c>lockstep.v1.Peer</c> in the endpoint table.</summary>
internal sealed class PeerService(PeerRouter router)
{
    public PeerRouter Router => router;
}
