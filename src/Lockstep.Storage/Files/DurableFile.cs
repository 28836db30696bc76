namespace Lockstep.Storage.Files;

/// <summary>
/// Writes files that survive a power cut whole: under another name first, flushed to disk, renamed, and the name flushed too.
/// </summary>
public static class DurableFile
{
    internal const string Unfinished = ".unfinished";

    /// <summary>Writes a file, in place of one of this name if there is one, and hashes it on the way.</summary>
    /// <param name="path">Its directory is made if it is not there.</param>
    /// <param name="content">Writes the content, from front to back.</param>
    /// <exception cref="IOException">The disk is full or cannot be written; what was under this name before is untouched.</exception>
    public static ManifestFile Write(string path, Action<Stream> content)
    {
        string unfinished = path + Unfinished;
        long written = 0;
        try
        {
            Make(DirectoryOf(path));
            var done = WriteAndFlush(unfinished, Path.GetFileName(path), content, ref written);
            Name(unfinished, path);
            return done;
        }
        catch (Exception e)
        {
            Delete(unfinished);
            if (e is IOException or UnauthorizedAccessException)
                throw NotWritten(path, written, e);
            throw;
        }
    }

    /// <summary>The same for what comes from elsewhere, and may have to be written again from the front; it is not hashed.</summary>
    /// <param name="path">Its directory is made if it is not there.</param>
    /// <param name="content">Writes the content.</param>
    /// <exception cref="IOException">The disk is full or cannot be written; what was under this name before is untouched.</exception>
    public static async Task WriteAsync(string path, Func<FileStream, Task> content)
    {
        string unfinished = path + Unfinished;
        long written = 0;
        try
        {
            Make(DirectoryOf(path));
            await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                await content(file).ConfigureAwait(false);
                written = file.Length;
                file.Flush(flushToDisk: true);
            }
            Name(unfinished, path);
        }
        catch (Exception e)
        {
            Delete(unfinished);
            if (e is IOException or UnauthorizedAccessException)
                throw NotWritten(path, written, e);
            throw;
        }
    }

    private static string DirectoryOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;

    private static void Name(string unfinished, string path)
    {
        File.Move(unfinished, path, overwrite: true);
        DirectorySync.Flush(DirectoryOf(path));
    }

    private static IOException NotWritten(string path, long written, Exception error) =>
        new(
            $"file '{path}' could not be written; it failed after {written:N0} bytes: {error.Message}. Nothing of it is kept. Make "
                + "room on this disk and let this user write there, or use another.",
            error
        );

    private static ManifestFile WriteAndFlush(string path, string name, Action<Stream> content, ref long written)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var hashing = new HashingStream(file);
        try
        {
            content(hashing);
            file.Flush(flushToDisk: true);
            return hashing.ToManifestFile(name);
        }
        finally
        {
            written = hashing.Length;
        }
    }

    private static void Make(string directory)
    {
        if (Directory.Exists(directory) || Path.GetDirectoryName(directory) is not { } parent)
            return;
        Make(parent);
        Directory.CreateDirectory(directory);
        DirectorySync.Flush(parent);
    }

    private static void Delete(string unfinished)
    {
        try
        {
            File.Delete(unfinished);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // by its name nobody takes it for whole
        }
    }
}
