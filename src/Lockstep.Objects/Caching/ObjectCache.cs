using Lockstep.Objects.Store;
using Lockstep.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace Lockstep.Objects.Caching;

/// <summary>
/// Objects of which the hash is known, kept on this machine's disk, at most so many bytes of them; those that were not used for longest go
/// first. All processes of a machine share it: one of them downloads an object while the others wait for it. A file has its final name only
/// when it is whole, and its name is its hash. Every member may be called from several threads at once.
/// </summary>
/// <param name="directory">Where the files lie; it may be shared with other processes.</param>
/// <param name="mostBytes">The most that they may have together.</param>
public sealed class ObjectCache(string directory, long mostBytes)
{
    private const string Partial = ".partial",
        LockName = "cache.lock";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Opens an object's file, after downloading it where that is necessary.</summary>
    /// <param name="store">Where it is downloaded from.</param>
    /// <param name="key">Its key there.</param>
    /// <param name="file">Its length and hash.</param>
    /// <exception cref="ObjectStoreException">It cannot be had, or is not what is required.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public SafeFileHandle Open(ObjectStore store, string key, ManifestFile file)
    {
        while (true)
        {
            if (TryOpen(file) is { } found)
                return found;
            Fetch(store, key, file);
        }
    }

    /// <summary>Makes sure that an object's file is there.</summary>
    /// <inheritdoc cref="Open"/>
    public void Require(ObjectStore store, string key, ManifestFile file) => Open(store, key, file).Dispose();

    private string PathOf(ManifestFile file) => Path.Combine(directory, file.Sha256);

    /// <summary>Opens it where it is whole, and notes that it was used.</summary>
    private SafeFileHandle? TryOpen(ManifestFile file)
    {
        try
        {
            var handle = InputFile.OpenHandle(PathOf(file));
            if (RandomAccess.GetLength(handle) != file.Bytes)
            {
                handle.Dispose(); // a power cut has taken the end of it
                File.Delete(PathOf(file));
                return null;
            }

            TryTouch(PathOf(file));
            return handle;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static void TryTouch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // it was removed meanwhile, and the handle stays good; or it is another user's
        }
    }

    /// <summary>Downloads it, or waits for the process that does.</summary>
    private void Fetch(ObjectStore store, string key, ManifestFile file)
    {
        Directory.CreateDirectory(directory);
        string partial = PathOf(file) + Partial;
        using var alone = LockFile.TryOpen(partial);
        if (alone is null)
        {
            Thread.Sleep(Interval); // nothing tells when a lock is let go
            return;
        }

        if (File.Exists(PathOf(file)))
        {
            File.Delete(partial); // another process was quicker
            return;
        }

        try
        {
            MakeRoom(file.Bytes);
            alone.SetLength(0); // what a process that was killed has left
            if (store.ReadIntoAsync(key, alone, file).GetAwaiter().GetResult() is null)
                throw new ObjectStoreException($"object '{key}' is not there any more; the data set names it. Copy it there again.");
            alone.Flush(flushToDisk: true);
            File.Move(partial, PathOf(file));
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>Removes what was not used for longest, until so many bytes more have room.</summary>
    private void MakeRoom(long bytes)
    {
        using var alone = Lock(Path.Combine(directory, LockName));
        var files = new DirectoryInfo(directory).GetFiles().Where(f => f.Name != LockName).OrderBy(f => f.LastWriteTimeUtc).ToList();
        // what is being downloaded has taken its room already, as much as it will have
        long used = files.Sum(f => f.Length) + bytes;
        foreach (var file in files.Where(f => !f.Name.EndsWith(Partial, StringComparison.Ordinal)))
        {
            if (used <= mostBytes)
                return;
            used -= file.Length;
            file.Delete(); // whoever has it open reads on
        }
    }

    private static FileStream Lock(string path)
    {
        while (true)
        {
            if (LockFile.TryOpen(path) is { } held)
                return held;
            Thread.Sleep(Interval);
        }
    }
}
