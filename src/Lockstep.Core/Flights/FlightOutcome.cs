namespace Lockstep.Core.Flights;

/// <summary>How something ended that a flight recorder tells of.</summary>
public enum FlightOutcome
{
    /// <summary>It has not, as far as the worker lived to tell.</summary>
    Open = 0,

    /// <summary>In good order.</summary>
    Done = 1,

    /// <summary>Another worker was lost, or the coordinator broke it off.</summary>
    Broken = 2,

    /// <summary>By an error of this worker's own.</summary>
    Failed = 3,
}
