using Lockstep.Core.Status;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>What a run's event stream tells at one moment.</summary>
/// <param name="Events">Newest first.</param>
/// <param name="Gone">Newest first.</param>
/// <param name="Paces">The paces of the workers of the generation in force, in rank order; none before its first step.</param>
internal sealed record TimelineSnapshot(IReadOnlyList<EventStatus> Events, IReadOnlyList<GoneWorker> Gone, IReadOnlyList<WorkerPace> Paces)
{
    /// <summary>The last step; null before the first.</summary>
    public StepDone? Step { get; init; }

    /// <summary>Seconds from one step to the next, evaluations and saves included; null while that is not known.</summary>
    public double? SecondsPerStep { get; init; }

    /// <summary>Checkpoints that were saved, or were not, so far.</summary>
    public int Saves { get; init; }
}
