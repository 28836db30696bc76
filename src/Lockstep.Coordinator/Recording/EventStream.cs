using System.Runtime.CompilerServices;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>
/// Every event of the run in order, for any number of watchers, who may come late and still see all but the oldest steps and checkpoints,
/// which are forgotten: a run of any length takes the same memory.
/// </summary>
internal sealed class EventStream(StatusTimeline timeline, SteadyClock time)
{
    private const int Remembered = 1_000; // steps and checkpoints; some kilobytes each, by the number of workers

    private readonly object _lock = new();
    private readonly List<RunEvent> _events = []; // in the order of their numbers
    private readonly Queue<long> _forgettable = new(); // numbers of steps and checkpoints
    private long _next; // number of the next event
    private readonly long _start = time.GetTimestamp();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _closed;

    /// <summary>Events that it remembers.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
                return _events.Count;
        }
    }

    public double Seconds => time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Writes an event; its number and time are set here.</summary>
    public void Add(RunEvent entry)
    {
        lock (_lock)
        {
            entry.Number = _next++;
            entry.Seconds = Seconds;
            _events.Add(entry);
            timeline.Take(entry, time.GetUtcNow());
            if (entry.Step is not null || entry.Checkpoint is not null)
                Forget(entry.Number);
            Wake();
        }
    }

    /// <summary>No more events come: watchers end.</summary>
    /// <returns>Completes when one of them has heard everything.</returns>
    public Task Close()
    {
        lock (_lock)
        {
            _closed = true;
            Wake();
            return _heard.Task;
        }
    }

    public async IAsyncEnumerable<RunEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (long next = 0; ; )
        {
            RunEvent? entry = null;
            Task more;
            bool closed;
            lock (_lock)
            {
                int place = PlaceOf(next);
                if (place < _events.Count)
                    (entry, next) = (_events[place], _events[place].Number + 1);
                (more, closed) = (_more.Task, _closed);
            }
            if (entry is not null)
            {
                yield return entry;
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
        var waiting = _more;
        _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.SetResult();
    }
}
