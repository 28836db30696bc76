namespace Lockstep.Core.Flights;

/// <summary>One entry of a flight recorder. Moments are in ticks of UTC, 0 for none.</summary>
/// <param name="Number">Counted from 1 over the life of the worker's process.</param>
/// <param name="Kind">What it tells.</param>
public readonly record struct FlightEntry(long Number, FlightKind Kind)
{
    /// <summary>Of a phase its number in the protocol, of an operation its kind.</summary>
    public int Code { get; init; }

    /// <summary>The place of an operation within the step.</summary>
    public int Point { get; init; }

    /// <summary>Counted from 0; of an evaluation the batch.</summary>
    public long Step { get; init; }

    /// <summary>Of an operation, of this worker's part.</summary>
    public long Bytes { get; init; }

    public long Generation { get; init; }

    /// <summary>The worker's place in the plan.</summary>
    public int Rank { get; init; }

    /// <summary>Who takes part in an operation or a generation.</summary>
    public FlightMembers Members { get; init; }

    public long Begun { get; init; }

    /// <summary>From when on the training thread waited for the operation.</summary>
    public long Waited { get; init; }

    public long Ended { get; init; }

    public FlightOutcome Outcome { get; init; }

    /// <summary>The rank whose loss broke it, or -1.</summary>
    public int Blames { get; init; }

    /// <summary>The last moment that it tells of.</summary>
    public long Last => Math.Max(Begun, Math.Max(Waited, Ended));
}
