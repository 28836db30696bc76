namespace Lockstep.Core.Flights;

/// <summary>What an entry of a flight recorder tells.</summary>
public enum FlightKind
{
    /// <summary>The worker takes a slot of a generation.</summary>
    Generation = 1,

    /// <summary>A phase of a step, or what comes between steps; it ends where the next begins.</summary>
    Phase = 2,

    /// <summary>A collective operation.</summary>
    Operation = 3,

    /// <summary>The worker's part in the generation is over.</summary>
    End = 4,
}
