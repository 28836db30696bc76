using Lockstep.Core.Membership;

namespace Lockstep.Core.Status;

/// <summary>What is known of a worker at one moment, as far as it tells how the worker does.</summary>
/// <param name="Stage">How far it has come.</param>
/// <param name="HasSlot">It belongs to the generation in force.</param>
public sealed record WorkerSighting(WorkerStage Stage, bool HasSlot)
{
    /// <summary>What went wrong, where something did.</summary>
    public string? Problem { get; init; }

    /// <summary>The last step that it reported; 0 before the first.</summary>
    public long LastStep { get; init; }

    /// <summary>Seconds since it said anything.</summary>
    public double SilentSeconds { get; init; }

    /// <summary>Where it stands still; null while it makes progress.</summary>
    public Standstill? Standstill { get; init; }

    /// <summary>Seconds of a usual step; 0 before any is known.</summary>
    public double StepSeconds { get; init; }

    /// <summary>
    /// Its own time in the last steps, without waiting for others, beside the median worker's; null while too few steps are known.
    /// </summary>
    public OwnTime? OwnTime { get; init; }
}
