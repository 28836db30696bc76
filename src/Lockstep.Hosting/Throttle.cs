namespace Lockstep.Hosting;

/// <summary>
/// Does something when it is asked to, but by itself no more than once in an interval: what is asked for too soon is done once, when the
/// interval is over.
/// </summary>
public sealed class Throttle : IDisposable
{
    private readonly Action _action;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private long? _done; // when it was done last
    private bool _isAsked;

    /// <param name="action">What is done, by the thread that asks or by one of the pool; at times by both at once.</param>
    /// <param name="interval">The shortest time between two of them.</param>
    /// <param name="time">The clock.</param>
    public Throttle(Action action, TimeSpan interval, TimeProvider time)
    {
        (_action, _interval, _time) = (action, interval, time);
        _timer = time.CreateTimer(_ => DoAsked(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Has it done now, or when the interval is over.</summary>
    public void Ask()
    {
        lock (_lock)
        {
            if (_isAsked)
                return;
            var left = _done is { } done ? _interval - _time.GetElapsedTime(done) : TimeSpan.Zero;
            if (left > TimeSpan.Zero)
            {
                _isAsked = true;
                _timer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }
        }
        Do();
    }

    /// <summary>Does it now; what was asked for before is done with it.</summary>
    public void Do()
    {
        lock (_lock)
            (_isAsked, _done) = (false, _time.GetTimestamp());
        _action();
    }

    public void Dispose() => _timer.Dispose();

    private void DoAsked()
    {
        lock (_lock)
        {
            if (!_isAsked)
                return;
        }
        Do();
    }
}
