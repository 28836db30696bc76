namespace Lockstep.Core.Machines;

/// <summary>What a worker has found of its machine before it trained; 0 where something was not measured.</summary>
public sealed record Checkup
{
    /// <summary>Bytes of memory that are free, or that its container has left.</summary>
    public long FreeMemory { get; init; }

    /// <summary>Bytes that are free in the run directory.</summary>
    public long FreeDisk { get; init; }

    /// <summary>Bytes per second, flushed to the disk, that the run directory takes.</summary>
    public double DiskSpeed { get; init; }

    /// <summary>Seconds by which its clock is ahead of the coordinator's.</summary>
    public double ClockAhead { get; init; }

    /// <summary>How far that may be wrong: half of the message's way there and back.</summary>
    public double ClockError { get; init; }
}

/// <summary>What a message to another worker needs.</summary>
/// <param name="Rank">The other worker's.</param>
/// <param name="Seconds">Of a short message there and back.</param>
/// <param name="BytesPerSecond">Of a long one, each way.</param>
public readonly record struct PeerSpeed(int Rank, double Seconds, double BytesPerSecond);
