namespace Lockstep.Hosting;

/// <summary>
/// The clock for every decision that compares moments: it begins at the machine's time and then counts, so that a wall clock that is set
/// forward or back (NTP, a virtual machine that wakes up) neither shortens nor lengthens a wait. What people see are the machine's own
/// moments.
/// </summary>
public sealed class SteadyClock : TimeProvider
{
    private readonly DateTimeOffset _start = System.GetUtcNow();
    private readonly long _started = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _start + System.GetElapsedTime(_started);
}
