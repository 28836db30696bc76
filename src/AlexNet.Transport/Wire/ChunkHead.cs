using AlexNet.Core.Collectives;

namespace AlexNet.Transport.Wire;

/// <summary>The <c>ChunkHeader</c> of peer.proto: which bytes of which message a payload is.</summary>
/// <param name="Generation">The plan's generation.</param>
/// <param name="Key">The message within the stream of one pair.</param>
/// <param name="Offset">Of the payload in the message, in bytes.</param>
/// <param name="Total">Length of the message, in bytes.</param>
internal readonly record struct ChunkHead(long Generation, MessageKey Key, long Offset, long Total)
{
    /// <summary>The only length that a payload at this offset may have: both ends cut messages on the same grid.</summary>
    public int PayloadBytes => (int)Math.Min(WireLimits.ChunkBytes, Total - Offset);
}

/// <summary>Names one message from one worker to another.</summary>
internal readonly record struct MessageKey(Operation Operation, MessagePart Part)
{
    public override string ToString() => $"{Operation} ({Part.ToString().ToLowerInvariant()})";
}

/// <summary>The phase of an algorithm that a message belongs to.</summary>
internal enum MessagePart
{
    /// <summary>A finished part, on its way into everybody's memory.</summary>
    Gather = 0,

    /// <summary>An addend, on its way to the member that sums it.</summary>
    Scatter = 1,
}
