namespace Lockstep.Transport.Wire;

/// <summary>Sizes that both ends of a connection agree on.</summary>
internal static class WireLimits
{
    /// <summary>Longest payload of one message, in bytes; a tensor travels in chunks of exactly this size and one remainder.</summary>
    public const int ChunkBytes = 256 * 1024;

    /// <summary>Longest gRPC message, in bytes: a chunk with its header, or a hello.</summary>
    public const int MessageBytes = ChunkBytes + 4096;

    /// <summary>
    /// Longest part of a message before its payload: the header's seven numbers of at most eleven bytes, its checksum of six, and two
    /// lengths.
    /// </summary>
    public const int PrefixBytes = 96;
}
