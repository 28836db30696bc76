using Lockstep.Worker.Control;

namespace Lockstep.Worker.Step;

/// <summary>What all workers know of a step once all have voted for it.</summary>
/// <param name="Loss">Mean over the global batch.</param>
/// <param name="Samples">The samples of all replicas.</param>
/// <param name="Actions">What any worker wants done after the update.</param>
internal readonly record struct Verdict(double Loss, long Samples, BorderActions Actions);
