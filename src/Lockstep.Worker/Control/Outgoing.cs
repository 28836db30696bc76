using System.Threading.Channels;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Worker.Control;

/// <summary>
/// Messages to the coordinator: the queue of those to be sent, and those sent that a new coordinator may not know. Reports of short steps
/// go into the queue in groups, which costs less than one by one; any other message goes at once, with the reports before it.
/// </summary>
internal sealed class Outgoing : IDisposable
{
    private static readonly TimeSpan StepInterval = TimeSpan.FromMilliseconds(50); // at which steps are reported

    private readonly object _lock = new();
    private readonly Throttle _throttle;
    private readonly List<WorkerMessage> _waiting = []; // to go into the queue
    private readonly List<WorkerMessage> _kept = []; // of this generation, steps not yet recorded
    private Channel<WorkerMessage> _queue = Channel.CreateUnbounded<WorkerMessage>();
    private bool _complete,
        _isAway;

    public Outgoing(TimeProvider time) => _throttle = new Throttle(Release, StepInterval, time);

    /// <summary>What is to be sent over the link in use.</summary>
    public ChannelReader<WorkerMessage> Queue
    {
        get
        {
            lock (_lock)
                return _queue.Reader;
        }
    }

    public void Add(WorkerMessage message)
    {
        lock (_lock)
        {
            if (message.Alive is null && message.Standstill is null)
                _kept.Add(message);
            _waiting.Add(message);
            if (message.Step is not null)
                _throttle.Ask();
            else
                _throttle.Do();
        }
    }

    /// <summary>A new generation has begun: what was said in the last one has been heard.</summary>
    public void Begin()
    {
        lock (_lock)
            _kept.Clear();
    }

    /// <summary>
    /// Steps up to the first number are in the run's metrics, and saves up to the second are published or have failed: neither need be told
    /// again.
    /// </summary>
    public void Forget(long recorded, long saved)
    {
        lock (_lock)
            _kept.RemoveAll(m => (m.Step is { } step && step.Step <= recorded) || (m.Saved is { } save && save.Step <= saved));
    }

    /// <summary>The link is lost: what is said from here on nobody hears before <see cref="SendAgain"/>.</summary>
    public void Lose()
    {
        lock (_lock)
            _isAway = true;
    }

    /// <summary>
    /// While nobody hears of saves they would pile up: forgets all but the newest, and returns those that it has forgotten.
    /// </summary>
    /// <param name="most">How many are kept; workers that write at different speeds must have one in common.</param>
    public IReadOnlyList<Saved> GiveUpOldSaves(int most)
    {
        lock (_lock)
        {
            if (!_isAway)
                return [];
            var old = _kept.Where(m => m.Saved is not null).SkipLast(most).ToList();
            _kept.RemoveAll(old.Contains);
            return [.. old.Select(m => m.Saved)];
        }
    }

    /// <summary>A new link: everything that was kept goes out again.</summary>
    public void SendAgain(long recorded)
    {
        lock (_lock)
        {
            _isAway = false;
            _kept.RemoveAll(m => m.Step is { } step && step.Step <= recorded);
            _waiting.Clear(); // those are kept
            _queue.Writer.TryComplete();
            _queue = Channel.CreateUnbounded<WorkerMessage>();
            foreach (var message in _kept)
                _queue.Writer.TryWrite(message);
            if (_complete)
                _queue.Writer.TryComplete();
        }
    }

    /// <summary>Nothing more will be said.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _complete = true;
            _throttle.Do();
            _queue.Writer.TryComplete();
        }
    }

    public void Dispose() => _throttle.Dispose();

    private void Release()
    {
        lock (_lock)
        {
            foreach (var message in _waiting)
                _queue.Writer.TryWrite(message);
            _waiting.Clear();
        }
    }
}
