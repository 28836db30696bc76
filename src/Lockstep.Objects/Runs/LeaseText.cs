namespace Lockstep.Objects.Runs;

/// <summary>What <c>lease.json</c> of a run says: who leads it.</summary>
/// <param name="Owner">The working directory of the coordinator.</param>
/// <param name="Term">Grows each time that a coordinator takes the lease.</param>
/// <param name="Renewal">Grows as long as it lives.</param>
/// <param name="Host">The coordinator's machine.</param>
/// <param name="ProcessId">Its process there.</param>
/// <param name="IsReleased">It has ended in good order.</param>
internal sealed record LeaseText(string Owner, long Term, long Renewal, string Host, int ProcessId, bool IsReleased);
