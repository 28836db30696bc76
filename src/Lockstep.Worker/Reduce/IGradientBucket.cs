using Lockstep.Core.Collectives;

namespace Lockstep.Worker.Reduce;

/// <summary>
/// Gradients of a group on their way between workers: they set out when they are complete here, and the sums over all workers take their
/// place when they have come.
/// </summary>
internal interface IGradientBucket : IDisposable
{
    /// <summary>Takes what this step has left, and sends it.</summary>
    IEnumerable<IPendingOperation> Begin(long step);

    /// <summary>Puts the sums in place of the gradients; everything that was begun is complete.</summary>
    void Finish();
}
