using Lockstep.Core.Timings;
using Lockstep.Torch.Modules;

namespace Lockstep.Worker.Applications;

/// <summary>
/// Where the thread of a program's loop and the thread of the training meet, once for each step. The loop asks for a step, and waits until
/// it is made; the training waits until it is asked, and makes it. A step that was broken off is made again by the same asking.
/// </summary>
internal sealed class Handover
{
    private readonly object _gate = new();
    private Action<StepPass>? _pass;
    private bool _isAsked,
        _isOver,
        _isCancelled,
        _hasLeft;
    private long? _making; // the step that the asking was last used for
    private Exception? _failure;

    /// <summary>Whether the loop has asked for its first step.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>The loop asks for a step, and waits until it is made.</summary>
    /// <returns>False where the run is over.</returns>
    /// <exception cref="OperationCanceledException">The loop has been called off.</exception>
    public bool Ask(Action<StepPass>? pass)
    {
        lock (_gate)
        {
            HasBegun = true;
            if (!_isOver)
                (_pass, _isAsked, _making) = (pass, true, null);
            bool wasOver = _isOver;
            Monitor.PulseAll(_gate);
            while (_isAsked && !_isOver && !_isCancelled)
                Monitor.Wait(_gate);
            if (_isCancelled)
                throw new OperationCanceledException("this worker has lost its place in the run");
            return !wasOver && !_isAsked;
        }
    }

    /// <summary>The loop's function has returned, or thrown.</summary>
    public void Left(Exception? failure)
    {
        lock (_gate)
        {
            (_hasLeft, _failure) = (true, failure);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The training waits for the loop's first asking.</summary>
    public void AwaitFirst() => Await(null, () => { }, CancellationToken.None);

    /// <summary>The training is about to make a step, and waits until the loop asks for it.</summary>
    /// <param name="step">From 0. One past that of the last call says that that was made.</param>
    /// <param name="alive">Called again and again while it waits.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    /// <exception cref="InvalidOperationException">The loop asks for no more steps.</exception>
    public void Await(long? step, Action alive, CancellationToken stop)
    {
        using var woken = stop.Register(() =>
        {
            lock (_gate)
                Monitor.PulseAll(_gate);
        });
        lock (_gate)
        {
            if (_making < step)
                Made();
            while (!_isAsked && !_hasLeft && !stop.IsCancellationRequested)
            {
                if (!Monitor.Wait(_gate, LivenessTimings.Standard.AliveInterval))
                    alive();
            }

            stop.ThrowIfCancellationRequested();
            if (_failure is { } failure)
                throw new InvalidOperationException($"the program's loop has failed: {failure.Message}", failure);
            if (!_isAsked)
            {
                throw new InvalidOperationException(
                    $"the program's loop has ended before step {(step ?? 0) + 1}; it must call Step until that returns false. "
                        + "To train less, give --steps or --epochs."
                );
            }

            _making = step;
        }
    }

    /// <summary>The training makes a pass as the loop has asked for it.</summary>
    public void Run(StepPass pass)
    {
        if (_pass is { } own)
            own(pass);
        else
            pass.Backward();
    }

    /// <summary>The run is over: its last step was made.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (_making is not null)
                Made();
            _isOver = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The loop is called off.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            _isCancelled = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Made()
    {
        (_isAsked, _making) = (false, null);
        Monitor.PulseAll(_gate);
    }
}
