using Lockstep.Core.Errors;
using Lockstep.Objects.Store;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Objects.Runs;

/// <summary>
/// The checkpoints of a run in a bucket, under the names that they have in a run directory. As there, one is whole once its manifest is
/// there, which is written last and removed first.
/// </summary>
internal sealed class RemoteCheckpoints(ObjectStore store, ObjectAddress run)
{
    /// <summary>Those with a manifest, the newest first, each with all of its objects.</summary>
    public async Task<IReadOnlyList<RemoteCheckpoint>> ListAsync(CancellationToken cancellation = default)
    {
        var root = run.Child(CheckpointFiles.Folder);
        var objects = await store.ListAsync(root, cancellation).ConfigureAwait(false);
        return
        [
            .. from found in objects
            let parts = found.Key[(root.Key.Length + 1)..].Split('/')
            where parts.Length == 2 && CheckpointFiles.StepOf(parts[0]) is not null
            group found by CheckpointFiles.StepOf(parts[0]) ?? 0L into files
            where files.Any(f => f.Key.EndsWith($"/{CheckpointFiles.Manifest}", StringComparison.Ordinal))
            orderby files.Key descending
            select new RemoteCheckpoint(files.Key, [.. files]),
        ];
    }

    /// <summary>The address of one.</summary>
    public ObjectAddress AddressOf(long step) => run.Child($"{CheckpointFiles.Folder}/{CheckpointFiles.NameOf(step)}");

    /// <summary>Reads the manifest of one, and compares the lengths of its files.</summary>
    public async Task<StoredCheckpoint> DescribeAsync(RemoteCheckpoint checkpoint, CancellationToken cancellation = default)
    {
        var from = AddressOf(checkpoint.Step);
        using var scratch = new ScratchDirectory();
        Manifest? manifest = null;
        var problems = new List<string>();
        try
        {
            await DownloadAsync(from, CheckpointFiles.Manifest, scratch.Path, null, cancellation).ConfigureAwait(false);
            manifest = Read(scratch.Path, from);
            foreach (var file in manifest.Files)
            {
                long bytes = checkpoint.Objects.FirstOrDefault(o => o.Key == from.KeyOf(file.Name))?.Bytes ?? 0;
                if (bytes != file.Bytes)
                    problems.Add($"checkpoint '{from}': file '{file.Name}' has {bytes:N0} bytes; the manifest requires {file.Bytes:N0}.");
            }
        }
        catch (DamagedObjectException e)
        {
            problems.Add(e.Message);
        }

        return new StoredCheckpoint
        {
            Directory = from.ToString(),
            Step = checkpoint.Step,
            Manifest = manifest,
            State = problems.Count == 0 ? CheckpointState.Whole : CheckpointState.Damaged,
            Problems = problems,
            Bytes = checkpoint.Objects.Sum(o => o.Bytes),
            Written = checkpoint.Objects.Max(o => o.Written),
        };
    }

    /// <summary>
    /// Downloads one into its place in a run directory, every byte compared with its hash; what is there and equal stays.
    /// </summary>
    /// <param name="step">Updates done.</param>
    /// <param name="directory">The run directory.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DamagedObjectException">Its manifest or a file is damaged or missing.</exception>
    /// <exception cref="ObjectStoreException">The bucket does not answer.</exception>
    public async Task BringAsync(long step, string directory, CancellationToken cancellation = default)
    {
        var (from, to) = (AddressOf(step), CheckpointFiles.Directory(directory, step));
        using var incoming = new IncomingManifest(to);
        await DownloadAsync(from, CheckpointFiles.Manifest, incoming.Directory, null, cancellation).ConfigureAwait(false);
        var manifest = Read(incoming.Directory, from);
        Directory.CreateDirectory(to);
        foreach (var file in manifest.Files.Where(f => f.Difference(to, hash: true) is not null))
        {
            File.Delete(Path.Combine(to, CheckpointFiles.Manifest)); // what is there is whole again when all of it has come
            await DownloadAsync(from, file.Name, to, file, cancellation).ConfigureAwait(false);
        }

        incoming.Place();
    }

    /// <summary>Uploads one: its files, then what <paramref name="before"/> does, and its manifest last.</summary>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="directory">Where it lies.</param>
    /// <param name="before">Writes what must be there once the checkpoint is.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ObjectStoreException">A file cannot be written; there is no such checkpoint then.</exception>
    /// <exception cref="RunTakenOverException">Another coordinator has published this step.</exception>
    public async Task UploadAsync(Manifest manifest, string directory, Func<Task> before, CancellationToken cancellation = default)
    {
        var to = AddressOf(manifest.Step);
        string key = to.KeyOf(CheckpointFiles.Manifest);
        byte[] content = InputFile.ReadAllBytes(Path.Combine(directory, CheckpointFiles.Manifest));
        if (await store.ReadAsync(key, cancellation).ConfigureAwait(false) is var (_, there))
        {
            if (there.AsSpan().SequenceEqual(content))
                return;
            await store.DeleteAsync(key, cancellation).ConfigureAwait(false); // its files are about to change
        }

        foreach (var file in manifest.Files)
        {
            if ((await store.FindAsync(to.KeyOf(file.Name), cancellation).ConfigureAwait(false))?.Sha256 != file.Sha256)
                await store.UploadAsync(to.KeyOf(file.Name), Path.Combine(directory, file.Name), file, cancellation).ConfigureAwait(false);
        }

        await before().ConfigureAwait(false);
        if (!await store.TryWriteAsync(key, content, WriteCondition.IsNew, cancellation).ConfigureAwait(false))
            throw new RunTakenOverException($"'{to}' was published by another coordinator meanwhile; one run needs one coordinator.");
    }

    /// <summary>Deletes one, its manifest first.</summary>
    public async Task DeleteAsync(RemoteCheckpoint checkpoint, CancellationToken cancellation = default)
    {
        string manifest = AddressOf(checkpoint.Step).KeyOf(CheckpointFiles.Manifest);
        await store.DeleteAsync(manifest, cancellation).ConfigureAwait(false);
        foreach (var file in checkpoint.Objects.Where(o => o.Key != manifest))
            await store.DeleteAsync(file.Key, cancellation).ConfigureAwait(false);
    }

    private static Manifest Read(string directory, ObjectAddress from)
    {
        try
        {
            return Manifest.Read(directory);
        }
        catch (BadInputException e)
        {
            throw new DamagedObjectException(e.Message.Replace(directory, from.ToString(), StringComparison.Ordinal), e);
        }
    }

    private async Task DownloadAsync(ObjectAddress from, string name, string to, ManifestFile? required, CancellationToken cancellation)
    {
        var found = await store.DownloadAsync(from.KeyOf(name), Path.Combine(to, name), required, cancellation).ConfigureAwait(false);
        if (found is null)
            throw new DamagedObjectException($"checkpoint '{from}' has no '{name}'; it was deleted, or is not whole. Use another.");
    }

    /// <summary>A manifest that lies beside the checkpoint until its files are there.</summary>
    private sealed class IncomingManifest(string checkpoint) : IDisposable
    {
        public string Directory { get; } = $"{checkpoint}.incoming";

        public void Place()
        {
            System.IO.Directory.CreateDirectory(checkpoint);
            File.Move(
                Path.Combine(Directory, CheckpointFiles.Manifest),
                Path.Combine(checkpoint, CheckpointFiles.Manifest),
                overwrite: true
            );
        }

        public void Dispose()
        {
            if (System.IO.Directory.Exists(Directory))
                System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
