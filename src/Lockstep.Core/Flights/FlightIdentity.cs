namespace Lockstep.Core.Flights;

/// <summary>Whose flight recorder it is.</summary>
/// <param name="RunId">Name of the run.</param>
/// <param name="WorkerId">Name of the worker.</param>
/// <param name="Host">Name of its machine.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Started">When the recorder was begun.</param>
public sealed record FlightIdentity(string RunId, string WorkerId, string Host, int ProcessId, DateTimeOffset Started);

/// <summary>What a worker has left: who it was, and its last entries in order.</summary>
public sealed record Flight(FlightIdentity Identity, IReadOnlyList<FlightEntry> Entries);
