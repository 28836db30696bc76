using Lockstep.Core.Runs;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>The run's events of steps and evaluations as they are recorded, and back.</summary>
internal static class RecordMapping
{
    public static StepRecord ToRecord(this StepDone step) =>
        new(step.Step, step.Epoch, step.Loss, step.Samples, step.Rate, step.SamplesPerSecond) { Phase = step.Phase };

    public static EpochRecord ToRecord(this EpochDone epoch) => new(epoch.Epoch, epoch.Step, epoch.Loss, epoch.Metrics.ToValues());

    /// <summary>The event of a record; what the workers of a step did is not recorded.</summary>
    public static RunEvent ToEvent(this RecordedPoint point) =>
        point switch
        {
            StepRecord step => new() { Step = ToWire(step) },
            EpochRecord epoch => new() { Epoch = ToWire(epoch) },
            _ => throw new ArgumentException($"'{point}' is neither a step nor an evaluation", nameof(point)),
        };

    private static StepDone ToWire(StepRecord step) =>
        new()
        {
            Step = step.Step,
            Epoch = step.Epoch,
            Loss = step.Loss,
            Samples = step.Samples,
            Rate = step.Rate,
            SamplesPerSecond = step.SamplesPerSecond,
            Phase = step.Phase,
        };

    private static EpochDone ToWire(EpochRecord epoch) =>
        new()
        {
            Epoch = epoch.Epoch,
            Step = epoch.Step,
            Loss = epoch.Loss,
            Metrics = { epoch.Metrics.ToWire() },
        };
}
