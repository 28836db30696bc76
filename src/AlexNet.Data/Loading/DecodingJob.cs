using System.Runtime.ExceptionServices;

namespace AlexNet.Data.Loading;

/// <summary>
/// The samples of one batch, taken one by one in order by whichever thread is free. Of several failures the first in order is reported,
/// whatever the threads did: every sample before it was begun before it, and is waited for.
/// </summary>
internal sealed class DecodingJob(int count, Action<int> decode, CancellationToken cancellation)
{
    private readonly object _gate = new();
    private int _next,
        _working,
        _failed = int.MaxValue;
    private Exception? _failure;

    /// <summary>Takes samples until none is left.</summary>
    public void Work()
    {
        while (Take() is { } sample)
        {
            Exception? failure = null;
            try
            {
                decode(sample);
            }
            catch (Exception e)
            {
                failure = e;
            }
            Done(sample, failure);
        }
    }

    /// <summary>Waits for the samples that other threads still work on.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before all were begun.</exception>
    public void Finish()
    {
        lock (_gate)
        {
            while (_working > 0)
                Monitor.Wait(_gate);
            if (_failure is { } failure)
                ExceptionDispatchInfo.Throw(failure);
            if (_next < count)
                cancellation.ThrowIfCancellationRequested();
        }
    }

    private int? Take()
    {
        lock (_gate)
        {
            if (_next == count || _failure is not null || cancellation.IsCancellationRequested)
                return null;
            _working++;
            return _next++;
        }
    }

    private void Done(int sample, Exception? failure)
    {
        lock (_gate)
        {
            if (failure is not null && sample < _failed)
                (_failed, _failure) = (sample, failure);
            if (--_working == 0)
                Monitor.PulseAll(_gate);
        }
    }
}
