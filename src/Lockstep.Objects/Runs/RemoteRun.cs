using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Objects.Store;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Storage.Runs;

namespace Lockstep.Objects.Runs;

/// <summary>
/// A run that is kept in a bucket, under the names of a run directory: its records and its checkpoints. Locks, logs and the ledger's
/// database stay in a working directory; of the ledger a copy without secrets is kept.
/// </summary>
/// <param name="address">Its address.</param>
public sealed class RemoteRun(ObjectAddress address) : IDisposable
{
    /// <summary>Name of the ledger's copy.</summary>
    public const string Ledger = "ledger.json";

    private static readonly string[] Records =
    [
        CheckpointFiles.Recipe,
        ClassNames.File,
        CheckpointFiles.Metrics,
        Ledger,
        LastStatus.File,
        GoodputFile.Name,
    ];

    private readonly ObjectStore _store = new(address);

    /// <summary>The bucket.</summary>
    internal ObjectStore Store => _store;

    private RemoteCheckpoints Checkpoints => new(_store, address);

    /// <summary>The directory in which a run works by default: <c>runs/s3/BUCKET/PREFIX</c> below the current one.</summary>
    public static string DefaultDirectory(ObjectAddress address) => Path.GetFullPath(address.DirectoryIn(Path.Combine("runs", "s3")));

    /// <summary>Makes sure that the bucket can be used.</summary>
    /// <exception cref="BadInputException">It cannot.</exception>
    public Task RequireAsync() => _store.RequireAsync();

    /// <summary>Whether a run was trained there: it has recorded a step or saved a checkpoint.</summary>
    public async Task<bool> IsTrainedAsync() =>
        await _store.FindAsync(address.KeyOf(CheckpointFiles.Metrics)).ConfigureAwait(false) is { Bytes: > 0 }
        || (await ListAsync().ConfigureAwait(false)).Count > 0;

    /// <summary>Its checkpoints that have a manifest, the newest first.</summary>
    public Task<IReadOnlyList<RemoteCheckpoint>> ListAsync() => Checkpoints.ListAsync();

    /// <summary>Brings the records of the run into a directory; those that the bucket does not have are removed there.</summary>
    public async Task BringRecordsAsync(string directory)
    {
        foreach (string name in Records)
        {
            if (await _store.DownloadAsync(address.KeyOf(name), Path.Combine(directory, name)).ConfigureAwait(false) is null)
                File.Delete(Path.Combine(directory, name));
        }
    }

    /// <summary>Brings one checkpoint.</summary>
    /// <inheritdoc cref="RemoteCheckpoints.BringAsync"/>
    public Task BringAsync(long step, string directory) => Checkpoints.BringAsync(step, directory);

    /// <summary>Brings the newest checkpoint that is whole, and removes others from the directory.</summary>
    /// <param name="directory">The run directory.</param>
    /// <param name="damaged">Receives why a newer one is passed over.</param>
    /// <returns>Its step; null where there is none, and then nothing is removed.</returns>
    /// <exception cref="ObjectStoreException">The bucket does not answer: none is passed over for that.</exception>
    public async Task<long?> BringNewestAsync(string directory, Action<string> damaged)
    {
        long? brought = null;
        foreach (var checkpoint in await ListAsync().ConfigureAwait(false))
        {
            try
            {
                await BringAsync(checkpoint.Step, directory).ConfigureAwait(false);
                brought = checkpoint.Step;
                break;
            }
            catch (DamagedObjectException e)
            {
                damaged(e.Message);
            }
        }

        if (brought is { } step)
            RemoveOthers(directory, CheckpointFiles.Directory(directory, step));
        return brought;
    }

    private static void RemoveOthers(string directory, string kept)
    {
        foreach (string other in Directory.GetDirectories(CheckpointFiles.Root(directory)).Where(d => d != kept))
            Directory.Delete(other, recursive: true);
    }

    /// <summary>Its checkpoints as a run directory would list them: manifests and lengths are read, and no hashes.</summary>
    public async Task<IReadOnlyList<StoredCheckpoint>> DescribeAsync()
    {
        var found = new List<StoredCheckpoint>();
        foreach (var checkpoint in await ListAsync().ConfigureAwait(false))
            found.Add(await Checkpoints.DescribeAsync(checkpoint).ConfigureAwait(false));
        return found;
    }

    /// <summary>Reads every byte of a checkpoint and compares it with its hash.</summary>
    /// <param name="described">As <see cref="DescribeAsync"/> has found it.</param>
    public async Task<StoredCheckpoint> VerifyAsync(StoredCheckpoint described)
    {
        using var scratch = new ScratchDirectory();
        try
        {
            if (described.State == CheckpointState.Whole)
                await BringAsync(described.Step, scratch.Path).ConfigureAwait(false);
            return described;
        }
        catch (DamagedObjectException e)
        {
            return described with { State = CheckpointState.Damaged, Problems = [e.Message] };
        }
    }

    /// <summary>Publishes a checkpoint with the records up to it, and deletes those that are not kept.</summary>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="directory">The run directory.</param>
    /// <param name="ledger">The ledger's entries, without secrets.</param>
    /// <param name="keep">How many of the newest checkpoints stay.</param>
    /// <exception cref="ObjectStoreException">It is not in the bucket.</exception>
    internal async Task PublishAsync(Manifest manifest, string directory, IReadOnlyDictionary<string, string> ledger, int keep)
    {
        await Checkpoints
            .UploadAsync(manifest, CheckpointFiles.Directory(directory, manifest.Step), () => WriteRecordsAsync(directory, ledger))
            .ConfigureAwait(false);
        var there = await ListAsync().ConfigureAwait(false);
        var surplus = KeptSteps.Surplus(there.Select(c => c.Step), manifest, keep);
        foreach (var checkpoint in there.Where(c => surplus.Contains(c.Step)))
            await Checkpoints.DeleteAsync(checkpoint).ConfigureAwait(false);
    }

    /// <summary>
    /// Uploads the newest whole checkpoint of a working directory where the bucket does not have it: whoever published it was killed in
    /// between, and nobody saves that step again.
    /// </summary>
    internal async Task CatchUpAsync(string directory)
    {
        if (new CheckpointStore(directory).NewestWhole() is not { Manifest: { } manifest } newest)
            return;
        if (!(await ListAsync().ConfigureAwait(false)).Any(c => c.Step >= newest.Step))
        {
            await Checkpoints
                .UploadAsync(manifest, newest.Directory, () => WriteRecordsAsync(directory, ledger: null))
                .ConfigureAwait(false);
        }
    }

    /// <summary>Writes the records of the run as they are now; null leaves the copy of the ledger as it is.</summary>
    internal async Task WriteRecordsAsync(string directory, IReadOnlyDictionary<string, string>? ledger)
    {
        if (ledger is not null)
        {
            await _store
                .TryWriteAsync(address.KeyOf(Ledger), JsonSerializer.SerializeToUtf8Bytes(ledger), condition: null)
                .ConfigureAwait(false);
        }

        foreach (string name in Records.Where(n => n != Ledger && File.Exists(Path.Combine(directory, n))))
            await UploadSnapshotAsync(directory, name).ConfigureAwait(false);
        if (!File.Exists(Path.Combine(directory, LastStatus.File)))
            await _store.DeleteAsync(address.KeyOf(LastStatus.File)).ConfigureAwait(false); // a run that goes on has no end
    }

    /// <summary>Adds a file of the run, such as a picture, which nobody writes to any more.</summary>
    public Task UploadAsync(string path) => _store.UploadAsync(address.KeyOf(Path.GetFileName(path)), path, ManifestFile.Of(path));

    /// <summary>The run may be adding to the file: what it has now is copied first.</summary>
    private async Task UploadSnapshotAsync(string directory, string name)
    {
        string copy = Path.Combine(directory, $".{name}.uploading");
        try
        {
            ManifestFile file;
            await using (
                var source = new FileStream(
                    InputFile.Require(Path.Combine(directory, name)),
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite
                )
            )
            {
                file = DurableFile.Write(copy, source.CopyTo);
            }
            await _store.UploadAsync(address.KeyOf(name), copy, file).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    public void Dispose() => _store.Dispose();
}
