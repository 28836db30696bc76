using System.Runtime.CompilerServices;
using AlexNet.Coordinator.Watching;
using AlexNet.Hosting;
using AlexNet.Protocol.V1;

namespace AlexNet.Coordinator;

/// <summary>
/// Every event of the run in order, for any number of watchers, who may come late and still see all but the oldest steps, which are forgotten.
/// </summary>
internal sealed class RunDiary(RunChronicle chronicle, SteadyClock time)
{
    private const int RememberedSteps = 1_000; // some kilobytes each, by the number of workers

    private readonly object _lock = new();
    private readonly List<RunEvent?> _events = []; // null where a step was forgotten
    private readonly Queue<int> _steps = new();
    private readonly long _start = time.GetTimestamp();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _closed;

    public double Seconds => time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Writes an event; its number and time are set here.</summary>
    public void Add(RunEvent entry)
    {
        lock (_lock)
        {
            entry.Number = _events.Count;
            entry.Seconds = Seconds;
            _events.Add(entry);
            chronicle.Take(entry, time.GetUtcNow());
            if (entry.Step is not null)
                Forget(_events.Count - 1);
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
        for (int next = 0; ;)
        {
            RunEvent? entry = null;
            Task more;
            bool closed;
            lock (_lock)
            {
                while (entry is null && next < _events.Count)
                    entry = _events[next++];
                (more, closed) = (_more.Task, _closed);
            }
            if (entry is not null)
                yield return entry;
            else if (closed)
            {
                _heard.TrySetResult();
                yield break;
            }
            else
                await more.WaitAsync(cancellation);
        }
    }

    private void Forget(int newestStep)
    {
        _steps.Enqueue(newestStep);
        if (_steps.Count > RememberedSteps)
            _events[_steps.Dequeue()] = null;
    }

    private void Wake()
    {
        var waiting = _more;
        _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.SetResult();
    }
}
