using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using AlexNet.Data.Mixing;
using AlexNet.Data.Samples;
using Lockstep.Core.Sampling;

namespace AlexNet.Data.Loading;

/// <summary>
/// Loads batches ahead of their use, in a thread of its own and in the order of their plans, into a queue of bounded depth. How long
/// <see cref="Next"/> takes is how long training waits for data.
/// </summary>
public sealed class PrefetchingLoader : IBatchSource
{
    /// <summary>How long <see cref="Dispose"/> waits for an image that is being read.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    private readonly BatchReader _reader;
    private readonly IEnumerable<BatchPlan> _plans;
    private readonly TimeSpan _deadline;
    private readonly BlockingCollection<Batch> _ready;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private volatile LoadingException? _failure;
    private string _last = "none";
    private bool _disposed;

    /// <param name="images">Where samples are read.</param>
    /// <param name="plans">What to load: <see cref="TrainingBatches"/> or <see cref="EvaluationBatches"/>.</param>
    /// <param name="depth">Batches that may lie ready.</param>
    /// <param name="threads">Threads that decode the samples of one batch; how many changes no byte.</param>
    /// <param name="deadline">Longest wait for one batch; five minutes by default.</param>
    /// <param name="mixing">Mixes samples with others; null for samples as they are.</param>
    public PrefetchingLoader(
        IImageSet images,
        IEnumerable<BatchPlan> plans,
        int depth = 3,
        int threads = 1,
        TimeSpan? deadline = null,
        SampleMixing? mixing = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        (_reader, _plans, _deadline) = (new(images, mixing, threads), plans, deadline ?? TimeSpan.FromMinutes(5));
        _ready = new(depth);
        _thread = new(Prefetch) { IsBackground = true, Name = "prefetch" };
        _thread.Start();
    }

    /// <summary>The next batch, waiting for it where it is not ready; the caller disposes it.</summary>
    /// <exception cref="LoadingException">It could not be loaded.</exception>
    /// <exception cref="TimeoutException">It did not come in time.</exception>
    /// <exception cref="InvalidOperationException">There are no more batches.</exception>
    public Batch Next(CancellationToken cancellation = default) =>
        TryNext(out var batch, cancellation)
            ? batch
            : throw new InvalidOperationException($"there is no batch after the last one (step {_last}).");

    /// <summary>The next batch, or false after the last one.</summary>
    /// <exception cref="LoadingException">It could not be loaded.</exception>
    /// <exception cref="TimeoutException">It did not come in time.</exception>
    public bool TryNext([NotNullWhen(true)] out Batch? batch, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_ready.TryTake(out batch, (int)_deadline.TotalMilliseconds, cancellation))
        {
            _last = FormattableString.Invariant($"{batch.Step}");
            return true;
        }
        if (!_ready.IsCompleted)
        {
            throw new TimeoutException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"loading: the batch after step {_last} did not come within {_deadline.TotalSeconds:0.#} s; check the disk that holds "
                        + $"the data."
                )
            );
        }

        return _failure is { } failure ? throw new LoadingException(failure.Message, failure) : false;
    }

    IBatch? IBatchSource.Next(CancellationToken cancellation) => TryNext(out var batch, cancellation) ? batch : null;

    /// <summary>Stops prefetching; batches not yet taken are dropped.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _stop.Cancel();
        if (!_thread.Join(Farewell))
            return; // an image is being read that does not come; the thread is a background thread and holds only memory
        _ready.Dispose();
        _stop.Dispose();
    }

    private void Prefetch()
    {
        try
        {
            foreach (var plan in _plans)
                _ready.Add(_reader.Read(plan, _stop.Token), _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // disposed
        }
        catch (Exception e)
        {
            _failure = e as LoadingException ?? new($"loading failed: {e.Message}", e);
        }
        finally
        {
            _reader.Dispose();
        }
        _ready.CompleteAdding();
    }
}
