namespace Lockstep.Worker.Faults;

/// <summary>What an injected fault does.</summary>
internal enum FaultKind
{
    /// <summary>The process kills itself: nothing is sent, flushed or closed.</summary>
    Kill,

    /// <summary>The thread never goes on.</summary>
    Hang,

    /// <summary>The phase takes longer, but not as long as a deadline.</summary>
    Slow,

    /// <summary>A weight changes, as by broken memory.</summary>
    Drift,

    /// <summary>A bit of the next message to another worker is changed on its way.</summary>
    Corrupt,

    /// <summary>A write fails, as on a full disk; in phase save only.</summary>
    Fail,
}
