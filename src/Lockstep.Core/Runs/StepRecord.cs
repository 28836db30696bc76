namespace Lockstep.Core.Runs;

/// <summary>One step, as a run has recorded it.</summary>
/// <param name="Step">Counted from 1.</param>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Loss">Mean over the global batch.</param>
/// <param name="Samples">The samples of the global batch.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="SamplesPerSecond">Over the last steps, evaluations left out.</param>
public sealed record StepRecord(long Step, int Epoch, double Loss, int Samples, double Rate, double SamplesPerSecond) : RecordedPoint(Step)
{
    /// <summary>The name of its phase; empty where steps have none.</summary>
    public string Phase { get; init; } = "";
}
