namespace Lockstep.Transport.Wire;

/// <summary>The <c>ChunkHeader</c> of peer.proto: which bytes of which message a payload is.</summary>
/// <param name="Generation">The plan's generation.</param>
/// <param name="Key">The message within the stream of one pair.</param>
/// <param name="Offset">The offset of the payload in the message, in bytes.</param>
/// <param name="Total">Length of the message, in bytes.</param>
internal readonly record struct ChunkHead(long Generation, MessageKey Key, long Offset, long Total)
{
    /// <summary>The only length that a payload at this offset may have: both ends cut messages on the same grid.</summary>
    public int PayloadBytes => (int)Math.Min(WireLimits.ChunkBytes, Total - Offset);
}
