using System.Buffers;
using Grpc.Core;

namespace Lockstep.Transport.Wire;

/// <summary>Writes a chunk into the buffer of a gRPC connection.</summary>
internal sealed class SerializationTarget(SerializationContext context) : IChunkTarget
{
    public PeerTransport Carrier => PeerTransport.Grpc;

    public void Write(in ChunkHead head, ReadOnlySpan<byte> payload, bool corrupt)
    {
        Span<byte> prefix = stackalloc byte[WireLimits.PrefixBytes];
        prefix = prefix[..ChunkFormat.WritePrefix(prefix, head, PayloadChecksum.Of(payload) ^ (corrupt ? 1u : 0))];
        context.SetPayloadLength(prefix.Length + payload.Length);
        var writer = context.GetBufferWriter();
        writer.Write(prefix);
        writer.Write(payload);
        context.Complete();
    }
}
