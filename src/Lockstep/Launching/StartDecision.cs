namespace Lockstep.Launching;

/// <summary>What follows a start that failed.</summary>
/// <param name="Again">After how long it is tried again; null where it is given up.</param>
/// <param name="Reason">A full sentence for people; equal for attempts that fail in the same way.</param>
internal sealed record StartDecision(TimeSpan? Again, string Reason);
