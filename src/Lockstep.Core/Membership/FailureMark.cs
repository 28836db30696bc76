namespace Lockstep.Core.Membership;

/// <summary>Where a run has failed, and at what: what tells a failure that came again from another.</summary>
/// <param name="Step">Updates done until then.</param>
/// <param name="Fault">What failed, without what differs from start to start.</param>
public sealed record FailureMark(long Step, string Fault);
