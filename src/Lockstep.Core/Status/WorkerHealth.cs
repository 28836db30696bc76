namespace Lockstep.Core.Status;

/// <summary>How a worker does, for whoever looks after the run.</summary>
public enum WorkerHealth
{
    /// <summary>It trains as fast as the others.</summary>
    Good,

    /// <summary>It has joined and gets ready: reads its data, connects, takes its weights.</summary>
    Joining,

    /// <summary>It stands by for a slot.</summary>
    Spare,

    /// <summary>It could go on and waits for somebody else.</summary>
    Waiting,

    /// <summary>It holds the others up.</summary>
    Slow,

    /// <summary>It stands still, or says nothing any more, and has not been given up yet.</summary>
    Hung,

    /// <summary>Its process, or the way to it, is gone, or it was given up.</summary>
    Gone,

    /// <summary>It has done its last step.</summary>
    Done,
}
