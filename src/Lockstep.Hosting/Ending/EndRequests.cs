namespace Lockstep.Hosting.Ending;

/// <summary>
/// What the signals that end a program mean, one after the other: the first asks it to end in good order; what comes within a second of
/// that is the same request, since an engine signals a process, its group and its parent at once; whatever comes later is from somebody who
/// does not want to wait.
/// </summary>
public sealed class EndRequests(TimeProvider time)
{
    private static readonly TimeSpan SameRequest = TimeSpan.FromSeconds(1);

    private long? _first;

    public EndRequest Take()
    {
        if (_first is not { } first)
        {
            _first = time.GetTimestamp();
            return EndRequest.InGoodOrder;
        }
        return time.GetElapsedTime(first) < SameRequest ? EndRequest.None : EndRequest.AtOnce;
    }
}
