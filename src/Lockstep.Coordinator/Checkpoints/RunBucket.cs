using Lockstep.Core.Errors;
using Lockstep.Objects.Runs;
using Lockstep.Objects.Store;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Coordinator.Checkpoints;

/// <summary>Where a run is kept beside its directory: the bucket that this coordinator leads, or nowhere.</summary>
/// <param name="led">The run in the bucket; null where it stays in its directory.</param>
internal sealed class RunBucket(LedRun? led)
{
    /// <summary>Publishes a checkpoint that is whole on disk.</summary>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="ledger">A copy of the ledger.</param>
    /// <param name="keep">How many of the newest checkpoints stay.</param>
    /// <exception cref="ObjectStoreException">It is not in the bucket.</exception>
    /// <exception cref="RunTakenOverException">Another coordinator leads the run.</exception>
    public void Publish(Manifest manifest, IReadOnlyDictionary<string, string> ledger, int keep) => led?.Publish(manifest, ledger, keep);

    /// <summary>Writes the records of a run that has ended; where that fails, its checkpoints are there all the same.</summary>
    /// <param name="ledger">A copy of the ledger.</param>
    /// <param name="problem">Receives why it has failed.</param>
    public async Task FinishAsync(IReadOnlyDictionary<string, string> ledger, Action<string> problem)
    {
        try
        {
            if (led is not null)
                await led.FinishAsync(ledger);
        }
        catch (Exception e) when (e is ObjectStoreException or RunTakenOverException or BadInputException or IOException)
        {
            problem(e.Message);
        }
    }
}
