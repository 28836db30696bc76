namespace AlexNet.Transport.Wire;

/// <summary>Takes the chunks that leave, while their memory is lent.</summary>
internal interface IChunkTarget
{
    /// <summary>Copies the payload to the connection.</summary>
    void Write(in ChunkHead head, ReadOnlySpan<byte> payload);
}
