using Lockstep.Protocol.V1;

namespace Lockstep.Transport.Wire;

/// <summary>
/// A message of the stream as gRPC sees it. Outgoing it is a hello or a reference to lent memory, and one object serves a whole stream;
/// incoming it is a hello or a verdict only, since a chunk has reached its place by the time it is parsed.
/// </summary>
internal sealed class LinkMessage
{
    /// <summary>An incoming chunk that was taken, or a message without content, which both ends ignore.</summary>
    public static readonly LinkMessage Nothing = new();

    public Hello? Hello { get; init; }

    /// <summary>Why an incoming message was refused.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>Whose next bytes an outgoing chunk carries.</summary>
    public IChunkSource? Source { get; private set; }

    public ChunkHead Head { get; private set; }

    public void Carry(IChunkSource source, in ChunkHead head) => (Source, Head) = (source, head);
}
