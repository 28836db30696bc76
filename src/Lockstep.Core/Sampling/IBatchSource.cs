using Lockstep.Core.Errors;

namespace Lockstep.Core.Sampling;

/// <summary>Batches in the order of their plans, loaded ahead of their use; disposing it stops the loading.</summary>
public interface IBatchSource : IDisposable
{
    /// <summary>The next batch, waiting for it where it is not ready; null after the last one. The caller disposes it.</summary>
    /// <exception cref="UnreadableDataException">It could not be loaded.</exception>
    /// <exception cref="TimeoutException">It did not come in time.</exception>
    IBatch? Next(CancellationToken cancellation);
}
