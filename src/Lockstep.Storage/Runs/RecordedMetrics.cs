using Lockstep.Core.Runs;

namespace Lockstep.Storage.Runs;

/// <summary>What <c>metrics.jsonl</c> holds up to a step.</summary>
/// <param name="Points">Steps and evaluations, in order.</param>
/// <param name="Lines">The same as they are written.</param>
/// <param name="IsAll">Nothing else is in the file.</param>
/// <param name="WholeBytes">Bytes of the file before the first line that is none of these.</param>
public sealed record RecordedMetrics(IReadOnlyList<RecordedPoint> Points, IReadOnlyList<string> Lines, bool IsAll, long WholeBytes)
{
    /// <summary>The last step, counted from 1; 0 for none.</summary>
    public long Steps => Points.OfType<StepRecord>().LastOrDefault()?.Step ?? 0;
}
