namespace Lockstep.Transport.Hosting;

/// <summary>Stands for the service <c>alexnet.v1.Peer</c> in the endpoint table.</summary>
internal sealed class PeerService(PeerRouter router)
{
    public PeerRouter Router => router;
}
