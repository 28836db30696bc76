namespace Lockstep.Native.Bridge;

/// <summary>Gives back pointers a while after it was asked to, because a call that was given one may not be over yet.</summary>
/// <param name="release">What gives a pointer back.</param>
/// <param name="wait">How long a pointer is kept at least; twice as long, and until the next one comes, at most.</param>
internal sealed class LateRelease(Action<nint> release, TimeSpan wait)
{
    private readonly Lock _lock = new();
    private List<nint> _older = [];
    private List<nint> _newer = [];
    private TimeSpan _since;

    /// <param name="pointer">What is to be given back.</param>
    /// <param name="now">The time since any fixed moment; it does not run backwards.</param>
    public void Add(nint pointer, TimeSpan now)
    {
        lock (_lock)
        {
            if (now - _since >= wait)
            {
                foreach (nint old in _older)
                    release(old);
                _older.Clear();
                (_older, _newer) = (_newer, _older);
                _since = now;
            }
            _newer.Add(pointer);
        }
    }
}
