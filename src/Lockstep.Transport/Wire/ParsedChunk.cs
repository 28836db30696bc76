using System.Buffers;

namespace Lockstep.Transport.Wire;

/// <summary>
/// The fields of an incoming <c>Chunk</c>; the sequences lie in the connection's buffers and are valid while it is parsed.
/// </summary>
internal struct ParsedChunk
{
    public ChunkHead? Head { get; set; }

    /// <summary>The checksum of the payload, as its sender made it.</summary>
    public uint Checksum { get; set; }

    public ReadOnlySequence<byte>? Hello { get; set; }

    public ReadOnlySequence<byte> Payload { get; set; }
}
