using Lockstep.Core.Status;

namespace Lockstep.Coordinator.Recording;

/// <summary>How fast one worker has been in the last steps.</summary>
/// <param name="SamplesPerSecond">The samples per second of its replica.</param>
/// <param name="StepSeconds">Mean.</param>
/// <param name="Phases">Their shares of the steps.</param>
/// <param name="OwnTime">Beside the median worker's; null while too few steps are known.</param>
internal sealed record WorkerPace(double SamplesPerSecond, double StepSeconds, IReadOnlyList<PhaseShare> Phases, OwnTime? OwnTime);
