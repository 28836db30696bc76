using System.Buffers;

namespace Lockstep.Transport.Wire;

/// <summary>Takes the chunks of one stream, while they are still in the connection's buffers.</summary>
internal interface IChunkSink
{
    /// <summary>Copies the payload to where it belongs; never waits. Returns why the chunk is refused, or null.</summary>
    Refusal? Take(in ChunkHead head, in ReadOnlySequence<byte> payload);
}
