using Lockstep.Core.Topology;

namespace Lockstep.Core.Collectives;

/// <summary>
/// The bytes that a member sends in a collective operation, whatever carries them; every member exchanges with every other directly.
/// </summary>
public static class CollectiveBytes
{
    /// <summary>Longest all-reduce, in bytes, in which everybody sends everything to everybody.</summary>
    public const int OneRound = 64 * 1024;

    /// <param name="own">Bytes of this member's part.</param>
    /// <param name="members">The members of the group.</param>
    public static long AllGather(long own, int members) => own * (members - 1);

    /// <param name="parts">Bytes of each member's part.</param>
    /// <param name="rank">The rank of this member.</param>
    public static long ReduceScatter(IReadOnlyList<long> parts, int rank) => parts.Sum() - parts[rank];

    /// <param name="elements">The elements of what is summed.</param>
    /// <param name="size">Bytes of one.</param>
    /// <param name="members">The members of the group.</param>
    /// <param name="rank">The rank of this member.</param>
    public static long AllReduce(long elements, int size, int members, int rank)
    {
        long bytes = elements * size;
        if (bytes <= OneRound)
            return bytes * (members - 1);
        long own = Extent.Part(checked((int)elements), members, rank).Length * (long)size;
        return bytes - own + own * (members - 1);
    }
}
