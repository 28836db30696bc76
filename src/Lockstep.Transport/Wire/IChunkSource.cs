namespace Lockstep.Transport.Wire;

/// <summary>Whose bytes an outgoing chunk carries.</summary>
internal interface IChunkSource
{
    /// <summary>Copies a chunk to the connection; false when the memory went back to its owner.</summary>
    bool TryWrite(in ChunkHead head, IChunkTarget target);
}
