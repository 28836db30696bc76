using System.Collections.Concurrent;
using Lockstep.Core.Timings;

namespace Lockstep.Transport.SharedMemory;

/// <summary>
/// What <see cref="Links.MemoryLease"/> is between threads, between two processes: the owner of memory grants an operation to the peer, the
/// peer touches the memory between enter and exit only, and after the owner has revoked the grant the peer does not touch it any more.
/// A word of shared memory holds the number of the grant above and the peer's count of entries below.
/// </summary>
/// <param name="own">Words in which this process grants.</param>
/// <param name="peer">Words in which the peer grants.</param>
internal sealed unsafe class GrantTable(nint own, nint peer)
{
    public const int Slots = 128;

    private const long One = 1L << 32;

    private readonly ConcurrentQueue<int> _free = new(Enumerable.Range(0, Slots));

    /// <summary>Opens a grant; false when too many are open.</summary>
    public bool TryOpen(out Grant grant)
    {
        bool any = _free.TryDequeue(out int slot);
        grant = any ? new(slot, (int)(Volatile.Read(ref *Word(own, slot)) >> 32)) : default;
        return any;
    }

    /// <summary>Takes the memory back; false when the peer does not leave it, and must be given up.</summary>
    /// <param name="grant">What was opened.</param>
    /// <param name="isGone">Tells that the peer's process has ended, so that nobody is inside whatever the count says.</param>
    public bool Revoke(Grant grant, Func<bool> isGone)
    {
        long* word = Word(own, grant.Slot);
        Interlocked.Add(ref *word, One);
        long started = Environment.TickCount64;
        SpinWait spin = default;
        while ((int)Volatile.Read(ref *word) != 0 && !isGone())
        {
            if (Environment.TickCount64 - started > LivenessTimings.Standard.CopyPatience.TotalMilliseconds)
            {
                return false;
            }

            spin.SpinOnce();
        }

        _free.Enqueue(grant.Slot);
        return true;
    }

    /// <summary>Holds the peer's memory for one copy; false when the peer took it back.</summary>
    public bool TryEnter(Grant grant)
    {
        long* word = Word(peer, grant.Slot);
        while (true)
        {
            long found = Volatile.Read(ref *word);
            if ((int)(found >> 32) != grant.Number)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref *word, found + 1, found) == found)
            {
                return true;
            }
        }
    }

    public void Exit(Grant grant) => Interlocked.Decrement(ref *Word(peer, grant.Slot));

    private static long* Word(nint table, int slot) => (long*)table + slot;
}
