using Lockstep.Core.Errors;
using Lockstep.Objects.Store;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Runs;

namespace Lockstep.Objects.Runs;

/// <summary>A run in a bucket that this process leads: it holds the lease, and writes there.</summary>
public sealed class LedRun : IAsyncDisposable
{
    private static readonly string[] OfAnotherLeader = ["coordinator.db", "coordinator.db-wal", "coordinator.db-shm"];

    private const string Unfinished = "remote.unfinished";

    private readonly RemoteRun _run;
    private readonly RunLease _lease;
    private readonly string _directory;

    private LedRun(RemoteRun run, RunLease lease, string directory) => (_run, _lease, _directory) = (run, lease, directory);

    /// <summary>
    /// Takes the lease of a run. Where another working directory has led it since, or this one is empty, the bucket is right: its newest
    /// whole checkpoint and its records take the place of what is here.
    /// </summary>
    /// <param name="address">The run.</param>
    /// <param name="directory">The working directory, which this process has locked.</param>
    /// <param name="damaged">Receives why a newer checkpoint is passed over.</param>
    /// <exception cref="BadInputException">The bucket cannot be used, or another coordinator leads the run.</exception>
    public static async Task<LedRun> LeadAsync(ObjectAddress address, string directory, Action<string> damaged)
    {
        var run = new RemoteRun(address);
        RunLease? lease = null;
        try
        {
            await run.RequireAsync().ConfigureAwait(false);
            var mark = RunMark.Require(directory, address);
            lease = await RunLease.TakeAsync(run.Store, address, mark.Owner).ConfigureAwait(false);
            var led = new LedRun(run, lease, directory);
            if (lease.PreviousOwner != mark.Owner || !IsWhole(directory))
                await BringAsync(run, directory, damaged).ConfigureAwait(false);
            else
                await run.CatchUpAsync(directory).ConfigureAwait(false);
            return led;
        }
        catch
        {
            if (lease is not null)
                await lease.DisposeAsync().ConfigureAwait(false);
            run.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Brings a working directory up to date for whoever looks into it before the run is led: as <see cref="LeadAsync"/> does, without the
    /// lease.
    /// </summary>
    /// <inheritdoc cref="LeadAsync"/>
    public static async Task PrepareAsync(ObjectAddress address, string directory, Action<string> damaged)
    {
        using var run = new RemoteRun(address);
        await run.RequireAsync().ConfigureAwait(false);
        var mark = RunMark.Require(directory, address);
        string? owner = await RunLease.OwnerAsync(run.Store, address).ConfigureAwait(false);
        if (owner != mark.Owner || !IsWhole(directory))
            await BringAsync(run, directory, damaged).ConfigureAwait(false);
    }

    /// <summary>Makes a working directory what the bucket holds, where a run was trained there.</summary>
    private static async Task BringAsync(RemoteRun run, string directory, Action<string> damaged)
    {
        if (!await run.IsTrainedAsync().ConfigureAwait(false))
            return;
        string unfinished = Path.Combine(directory, Unfinished);
        await File.WriteAllTextAsync(unfinished, "").ConfigureAwait(false);
        foreach (string name in OfAnotherLeader)
            File.Delete(Path.Combine(directory, name));
        await run.BringRecordsAsync(directory).ConfigureAwait(false);
        await run.BringNewestAsync(directory, damaged).ConfigureAwait(false);
        File.Delete(unfinished);
    }

    /// <summary>Whether a run is in a working directory, and whoever brought it there has not been killed over it.</summary>
    private static bool IsWhole(string directory) => TrainedRun.IsIn(directory) && !File.Exists(Path.Combine(directory, Unfinished));

    /// <summary>Publishes a checkpoint that is whole in the working directory; any thread may wait for it.</summary>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="ledger">The ledger's entries, without secrets.</param>
    /// <param name="keep">How many of the newest checkpoints stay in the bucket.</param>
    /// <exception cref="ObjectStoreException">It is not in the bucket.</exception>
    /// <exception cref="RunTakenOverException">Another coordinator leads the run.</exception>
    public void Publish(Manifest manifest, IReadOnlyDictionary<string, string> ledger, int keep) =>
        PublishAsync(manifest, ledger, keep).GetAwaiter().GetResult();

    /// <summary>Writes the records as they are when the run has ended, unless another coordinator leads it.</summary>
    /// <exception cref="ObjectStoreException">The bucket does not take them.</exception>
    public async Task FinishAsync(IReadOnlyDictionary<string, string> ledger)
    {
        await _lease.RequireAsync().ConfigureAwait(false);
        await _run.WriteRecordsAsync(_directory, ledger).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _lease.DisposeAsync().ConfigureAwait(false);
        _run.Dispose();
    }

    private async Task PublishAsync(Manifest manifest, IReadOnlyDictionary<string, string> ledger, int keep)
    {
        await _lease.RequireAsync().ConfigureAwait(false);
        await _run.PublishAsync(manifest, _directory, ledger, keep).ConfigureAwait(false);
    }
}
