using Lockstep.Core.Collectives;

namespace Lockstep.Transport;

/// <summary>What a worker waits for.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Rank">In the plan, of the first worker whose part of it is missing; null where all parts are there.</param>
public sealed record PeerWait(Operation Operation, int? Rank);
