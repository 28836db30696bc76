namespace Lockstep.Transport.Links;

/// <summary>A message that is arriving, that is waited for, or both; the inbox changes it under its lock.</summary>
internal sealed class InboundMessage(long total)
{
    /// <summary>Length of the message, in bytes.</summary>
    public long Total => total;

    /// <summary>Bytes that have arrived, which is where the next chunk must begin.</summary>
    public long Arrived { get; set; }

    /// <summary>The last chunk has arrived.</summary>
    public bool IsWhole { get; set; }

    /// <summary>The operation's part, once posted.</summary>
    public PostedReceive? Receive { get; set; }

    /// <summary>Held chunks have been handed over, and new ones go straight to the receive.</summary>
    public bool IsDirect { get; set; }

    /// <summary>Chunks that came before the receive was posted, with their offsets.</summary>
    public Queue<(long Offset, HeldChunk Chunk)> Held { get; } = new(0);
}
