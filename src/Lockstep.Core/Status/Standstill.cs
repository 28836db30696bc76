namespace Lockstep.Core.Status;

/// <summary>Where a worker's training has made no progress for a while.</summary>
/// <param name="Where">Such as <c>forward of step 41</c>.</param>
/// <param name="Seconds">Since its last progress.</param>
/// <param name="WaitsFor">Who it waits for; null where the work is its own.</param>
public sealed record Standstill(string Where, double Seconds, string? WaitsFor);
