namespace AlexNet.Data.Packed;

/// <summary>
/// How a sample lies in a shard: a header, the picture filled up to whole blocks, a header, the label in one block. Two blocks of zeros end
/// a shard.
/// </summary>
internal static class SampleLayout
{
    private const int BlockBytes = 512,
        EndBytes = 2 * BlockBytes;

    /// <summary>Where the picture of a sample begins, that of the first in a shard.</summary>
    public const int PictureOffset = BlockBytes;

    /// <summary>Bytes of one sample.</summary>
    public static long SampleBytes(int picture) => 3L * BlockBytes + ((long)picture + BlockBytes - 1) / BlockBytes * BlockBytes;

    /// <summary>Bytes of a shard.</summary>
    public static long ShardBytes(IEnumerable<int> pictures) => pictures.Sum(SampleBytes) + EndBytes;
}
