namespace Lockstep.Core.Status;

/// <summary>The part of its steps that a worker does not spend waiting for others.</summary>
/// <param name="Seconds">Mean of the last steps.</param>
/// <param name="Score">As a multiple of the median worker's; see <see cref="Runs.StragglerScore"/>.</param>
/// <param name="Phase">Where it needs most in excess of the median worker.</param>
public sealed record OwnTime(double Seconds, double Score, string Phase);
