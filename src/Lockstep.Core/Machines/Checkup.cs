namespace Lockstep.Core.Machines;

/// <summary>What a worker has found of its machine before it trained; null where something was not measured.</summary>
public sealed record Checkup
{
    /// <summary>Bytes of memory that can still be taken, of the machine or of what its container may have.</summary>
    public long? FreeMemory { get; init; }

    /// <summary>Bytes per second, flushed to the disk, that the run directory takes.</summary>
    public double? DiskSpeed { get; init; }

    /// <summary>Seconds by which its clock is ahead of the coordinator's.</summary>
    public double ClockAhead { get; init; }

    /// <summary>How far that may be wrong: half of the message's way there and back.</summary>
    public double ClockError { get; init; }
}
