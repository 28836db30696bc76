namespace Lockstep.Worker.Control;

/// <summary>
/// What can be done at the border between two steps; workers agree on it with their votes, so that all do it at the same step.
/// </summary>
[Flags]
internal enum BorderActions : byte
{
    None = 0,

    /// <summary>Save a checkpoint.</summary>
    Save = 1,

    /// <summary>End the generation: workers come or go.</summary>
    Regroup = 2,

    /// <summary>End the run early, with a checkpoint.</summary>
    Drain = 4,
}
