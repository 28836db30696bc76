using Lockstep.Protocol.V1;

namespace Lockstep.Worker.Phasing;

/// <summary>Where training is.</summary>
/// <param name="Step">The step in progress, counted from 0.</param>
/// <param name="Phase">The phase of the step, or what comes between steps.</param>
/// <param name="Since">Timestamp of the last progress.</param>
internal sealed record StepPlace(long Step, Phase Phase, long Since);
