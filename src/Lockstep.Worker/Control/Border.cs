namespace Lockstep.Worker.Control;

/// <summary>What this worker asks for at the next border; asked by any thread, taken along by the next vote.</summary>
internal sealed class Border
{
    private int _asked;

    /// <summary>This worker is to end, once the others know.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>A generation is in progress, whose next border can be waited for.</summary>
    public bool IsTraining { get; set; }

    public void Ask(BorderActions actions) => Interlocked.Or(ref _asked, (int)actions);

    /// <summary>This worker wants to leave: the others form a generation without it.</summary>
    /// <returns>False where there is no next border, since it is not training.</returns>
    public bool TryAskToLeave()
    {
        IsLeaving = true;
        Ask(BorderActions.Regroup);
        return IsTraining;
    }

    /// <summary>What has been asked for since the last call.</summary>
    public BorderActions Take() => (BorderActions)Interlocked.Exchange(ref _asked, 0);
}
