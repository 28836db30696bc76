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
        string directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path,
            unfinished = path + Unfinished;
        long written = 0;
        try
        {
            Make(directory);
            var done = WriteAndFlush(unfinished, Path.GetFileName(path), content, ref written);
            File.Move(unfinished, path, overwrite: true);
            DirectorySync.Flush(directory);
            return done;
        }
        catch (Exception e)
        {
            Delete(unfinished);
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new IOException(
                    $"file '{path}' could not be written; it failed after {written:N0} bytes: {e.Message}. Nothing of it is kept. Make "
                        + "room on this disk and let this user write there, or use another.",
                    e
                );
            }

            throw;
        }
    }

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
