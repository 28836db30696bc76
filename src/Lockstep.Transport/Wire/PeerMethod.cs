using Grpc.Core;
using Lockstep.Protocol.V1;

namespace Lockstep.Transport.Wire;

/// <summary>The method <c>Link</c> of the service <c>Peer</c>, bound to our own marshaller.</summary>
internal static class PeerMethod
{
    public static readonly Method<LinkMessage, LinkMessage> Link = new(
        MethodType.DuplexStreaming,
        PeerReflection.Descriptor.Services[0].FullName,
        "Link",
        ChunkMarshaller.Create(),
        ChunkMarshaller.Create()
    );
}
