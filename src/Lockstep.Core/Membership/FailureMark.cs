namespace Lockstep.Core.Membership;

/// <summary>Where a run has failed, and at what: what tells a failure that came again from another.</summary>
/// <param name="Step">Updates that the worker at fault had done; 0 where it had done none under this start.</param>
/// <param name="What">What failed, without what differs from start to start.</param>
public sealed record FailureMark(long Step, string What);
