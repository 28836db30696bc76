using System.Runtime.CompilerServices;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>
/// Every event of the run in order, for any number of watchers, who may come late and still see all but the oldest steps and checkpoints,
/// which are forgotten: a run of any length takes the same memory. Short steps reach watchers in groups, which costs less than one by one.
/// </summary>
internal sealed class EventStream : IDisposable
{
    private const int Remembered = 1_000; // steps and checkpoints; some kilobytes each, by the number of workers

    private static readonly TimeSpan StepInterval = TimeSpan.FromMilliseconds(50); // at which watchers hear of steps

    private readonly StatusTimeline _timeline;
    private readonly SteadyClock _time;
    private readonly Throttle _wake;
    private readonly object _lock = new();
    private readonly List<RunEvent> _events = []; // in the order of their numbers
    private readonly Queue<long> _forgettable = new(); // numbers of steps and checkpoints
    private long _next; // number of the next event
    private readonly long _start;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _closed;

    public EventStream(StatusTimeline timeline, SteadyClock time)
    {
        (_timeline, _time, _start) = (timeline, time, time.GetTimestamp());
        _wake = new Throttle(Wake, StepInterval, time);
    }

    /// <summary>Events that it remembers.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
                return _events.Count;
        }
    }

    public double Seconds => _time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Writes an event; its number and time are set here.</summary>
    public void Add(RunEvent entry)
    {
        lock (_lock)
        {
            entry.Number = _next++;
            entry.Seconds = Seconds;
            _events.Add(entry);
            _timeline.Take(entry, _time.GetUtcNow());
            if (entry.Step is not null || entry.Checkpoint is not null)
                Forget(entry.Number);
            if (entry.Step is not null)
                _wake.Ask();
            else
                _wake.Do();
        }
    }

    /// <summary>No more events come: watchers end.</summary>
    /// <returns>Completes when one of them has heard everything.</returns>
    public Task Close()
    {
        lock (_lock)
        {
            _closed = true;
            _wake.Do();
            return _heard.Task;
        }
    }

    /// <summary>Every event, those together that are there together.</summary>
    public async IAsyncEnumerable<IReadOnlyList<RunEvent>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (long next = 0; ; )
        {
            List<RunEvent> entries;
            Task more;
            bool closed;
            lock (_lock)
            {
                entries = _events[PlaceOf(next)..];
                (next, more, closed) = (_next, _more.Task, _closed);
            }
            if (entries.Count > 0)
            {
                yield return entries;
            }
            else if (closed)
            {
                _heard.TrySetResult();
                yield break;
            }
            else
            {
                await more.WaitAsync(cancellation);
            }
        }
    }

    public void Dispose() => _wake.Dispose();

    private void Forget(long newest)
    {
        _forgettable.Enqueue(newest);
        if (_forgettable.Count > Remembered)
            _events.RemoveAt(PlaceOf(_forgettable.Dequeue()));
    }

    /// <summary>Where the first event is whose number is at least this one.</summary>
    private int PlaceOf(long number)
    {
        var (low, high) = (0, _events.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _events[middle].Number < number ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    private void Wake()
    {
        lock (_lock)
        {
            _more.SetResult();
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
