using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>What <c>metrics.jsonl</c> holds up to a step.</summary>
/// <param name="Entries">Steps and evaluations, in order.</param>
/// <param name="Lines">The same as they are written.</param>
/// <param name="IsAll">Nothing else is in the file.</param>
/// <param name="WholeBytes">Bytes of the file before the first line that is none of these.</param>
internal sealed record RunRecords(IReadOnlyList<RunEvent> Entries, IReadOnlyList<string> Lines, bool IsAll, long WholeBytes)
{
    /// <summary>The last step, counted from 1; 0 for none.</summary>
    public long Steps => Entries.LastOrDefault(e => e.Step is not null)?.Step.Step ?? 0;
}
