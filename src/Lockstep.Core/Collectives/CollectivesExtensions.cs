using System.Runtime.InteropServices;

namespace Lockstep.Core.Collectives;

/// <summary>What is made of the port's operations in more than one place.</summary>
public static class CollectivesExtensions
{
    /// <summary>Waits until every member has given as many values, and returns all of them, in the order of ranks.</summary>
    /// <param name="group">The members.</param>
    /// <param name="operation">How all of them name it.</param>
    /// <param name="own">This member's.</param>
    /// <exception cref="PeerLostException">A member did not come.</exception>
    public static T[] Gather<T>(this ICollectives group, Operation operation, ReadOnlySpan<T> own)
        where T : unmanaged
    {
        var all = GC.AllocateArray<T>(group.Size * own.Length, pinned: true);
        own.CopyTo(all.AsSpan(group.Rank * own.Length));
        long bytes = MemoryMarshal.AsBytes(own).Length;
        TensorMemory memory = new(Marshal.UnsafeAddrOfPinnedArrayElement(all, 0), group.Size * bytes, ElementType.Byte);
        group.AllGather(operation, [.. Enumerable.Range(0, group.Size).Select(rank => memory.Slice(rank * bytes, bytes))]).Wait();
        return all;
    }
}
