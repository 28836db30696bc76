namespace Lockstep.Transport.Wire;

/// <summary>Takes the chunks that leave, while their memory is lent.</summary>
internal interface IChunkTarget
{
    /// <summary>What the connection is.</summary>
    PeerTransport Carrier { get; }

    /// <summary>Copies the payload to the connection.</summary>
    /// <param name="head">Says which bytes of which message these are.</param>
    /// <param name="payload">The bytes.</param>
    /// <param name="corrupt">For tests: change a bit on the way.</param>
    void Write(in ChunkHead head, ReadOnlySpan<byte> payload, bool corrupt);
}
