namespace Lockstep.Coordinator.Recording;

/// <summary>A worker that the run has lost.</summary>
/// <param name="Id">The name it had.</param>
/// <param name="Host">Name of its machine.</param>
/// <param name="ProcessId">Its process on that machine.</param>
/// <param name="Slot">The slot it had; null for none.</param>
/// <param name="Why">What is known of its end.</param>
/// <param name="Since">When it was lost.</param>
internal sealed record GoneWorker(string Id, string Host, int ProcessId, Core.Topology.Slot? Slot, string Why, DateTimeOffset Since);
