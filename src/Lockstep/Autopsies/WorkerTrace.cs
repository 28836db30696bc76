using Lockstep.Core.Collectives;
using Lockstep.Core.Flights;
using Lockstep.Protocol.V1;

namespace Lockstep.Autopsies;

/// <summary>What one worker did in a generation, as its flight recorder has it.</summary>
/// <param name="Identity">Whose it is.</param>
/// <param name="Entries">Those of the generation, in order; at least one.</param>
internal sealed record WorkerTrace(FlightIdentity Identity, IReadOnlyList<FlightEntry> Entries)
{
    /// <summary>Its place in the plan.</summary>
    public int Rank => Entries[0].Rank;

    /// <summary>How its part ended; open where its process ended first, or still is at it.</summary>
    public FlightOutcome Outcome => End?.Outcome ?? FlightOutcome.Open;

    /// <summary>Whose loss ended its part; null for nobody's that it knows.</summary>
    public int? Blames => End?.Blames is >= 0 and var rank ? rank : null;

    /// <summary>The last moment at which it is known to have come on, in ticks of UTC.</summary>
    public long LastSign =>
        Entries
            .Where(e => e.Kind != FlightKind.End && e.Outcome != FlightOutcome.Broken)
            .Select(e => e.Last)
            .DefaultIfEmpty(Entries[0].Begun)
            .Max();

    /// <summary>The operation that it waited for and that did not end, the first of several; null where it waited for none.</summary>
    public FlightEntry? Waiting =>
        Entries
            .Where(e => e.Kind == FlightKind.Operation && e.Waited > 0 && e.Outcome is FlightOutcome.Open or FlightOutcome.Broken)
            .OrderBy(e => e.Waited)
            .Select(e => (FlightEntry?)e)
            .FirstOrDefault();

    /// <summary>What it did last, such as <c>in backward of step 8</c> or <c>waiting in reduce 2 of step 8</c>.</summary>
    public string Doing =>
        Waiting is { } wait ? $"waiting in {NameOf(wait)}"
        : Entries.LastOrDefault(e => e.Kind == FlightKind.Phase) is { Number: > 0 } phase ? $"in {NameOf(phase)}"
        : "before its first step";

    /// <summary>A phase or an operation in words; steps are counted from 1.</summary>
    public static string NameOf(FlightEntry entry) =>
        entry.Kind == FlightKind.Operation
            ? new Operation((OperationKind)entry.Code, entry.Step, entry.Point).ToString()
            : $"{PhaseOf(entry)} of step {entry.Step + 1}";

    /// <summary>The word for a phase.</summary>
    public static string PhaseOf(FlightEntry entry) => ((Phase)entry.Code).ToString().ToLowerInvariant();

    private FlightEntry? End => Entries.Where(e => e.Kind == FlightKind.End).Select(e => (FlightEntry?)e).LastOrDefault();
}
