namespace Lockstep.Transport.Links;

/// <summary>
/// Guards memory that was lent to an operation: background code touches it only between <see cref="TryEnter"/> and <see cref="Exit"/>,
/// and after <see cref="Revoke"/> has returned nobody does. Revoking waits for a copy in flight, which lasts microseconds.
/// </summary>
internal sealed class MemoryLease
{
    private const int Revoked = 1 << 30;

    private int _state;

    /// <summary>The memory went back to its owner.</summary>
    public bool IsRevoked => (Volatile.Read(ref _state) & Revoked) != 0;

    /// <summary>Holds the memory for one copy; false when it may no longer be touched.</summary>
    public bool TryEnter()
    {
        if ((Interlocked.Increment(ref _state) & Revoked) == 0)
        {
            return true;
        }

        Exit();
        return false;
    }

    public void Exit() => Interlocked.Decrement(ref _state);

    /// <summary>Takes the memory back for good. Must not be called between enter and exit.</summary>
    public void Revoke()
    {
        Interlocked.Or(ref _state, Revoked);
        SpinWait spin = default;
        while ((Volatile.Read(ref _state) & ~Revoked) != 0)
        {
            spin.SpinOnce();
        }
    }
}
