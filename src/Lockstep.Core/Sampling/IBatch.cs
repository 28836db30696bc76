namespace Lockstep.Core.Sampling;

/// <summary>
/// The samples of one batch as one worker has loaded them. What they look like only the application knows; whoever takes a batch disposes
/// it.
/// </summary>
public interface IBatch : IDisposable
{
    /// <summary>Which samples they are.</summary>
    BatchPlan Plan { get; }
}
