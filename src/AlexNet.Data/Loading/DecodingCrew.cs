using System.Collections.Concurrent;

namespace AlexNet.Data.Loading;

/// <summary>
/// Threads that help with one batch after another. They are no thread pool's: there a batch would keep out the messages between workers,
/// which the training step is waiting for.
/// </summary>
internal sealed class DecodingCrew : IDisposable
{
    private readonly BlockingCollection<DecodingJob> _jobs = [];
    private readonly int _helpers;

    /// <param name="helpers">Threads besides the caller's.</param>
    public DecodingCrew(int helpers)
    {
        _helpers = helpers;
        for (int i = 0; i < helpers; i++)
            new Thread(Help) { IsBackground = true, Name = "decode" }.Start();
    }

    /// <summary>Does an action for 0 to <paramref name="count"/> - 1, with all hands, and returns when all are done.</summary>
    /// <param name="count">How many samples.</param>
    /// <param name="decode">What to do; may throw, and then no further samples are begun.</param>
    /// <param name="cancellation">Cancels the decoding.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(int count, Action<int> decode, CancellationToken cancellation)
    {
        var job = new DecodingJob(count, decode, cancellation);
        for (int i = 0; i < Math.Min(_helpers, count - 1); i++)
            _jobs.Add(job, CancellationToken.None);
        job.Work();
        job.Finish();
    }

    /// <summary>Lets the threads go; a batch that is being read is read to its end.</summary>
    public void Dispose() => _jobs.CompleteAdding();

    private void Help()
    {
        foreach (var job in _jobs.GetConsumingEnumerable())
            job.Work();
    }
}
