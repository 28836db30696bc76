namespace AlexNet.Core.Checkpoints;

/// <summary>Writes files that survive a power cut whole: under another name first, flushed to disk, renamed, and the name flushed too.</summary>
public static class DurableFile
{
    internal const string Unfinished = ".unfinished";

    /// <summary>Writes a file, in place of one of this name if there is one, and hashes it on the way.</summary>
    /// <param name="path">In a directory that is there.</param>
    /// <param name="content">Writes it, front to back.</param>
    /// <exception cref="IOException">The disk is full or cannot be written; what was under this name before is untouched.</exception>
    public static ManifestFile Write(string path, Action<Stream> content)
    {
        string unfinished = path + Unfinished;
        long written = 0;
        try
        {
            using var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            using var hashing = new HashingStream(file);
            try
            {
                content(hashing);
            }
            finally
            {
                written = hashing.Length;
            }
            file.Flush(flushToDisk: true);
            var done = hashing.ToManifestFile(Path.GetFileName(path));
            file.Dispose();
            File.Move(unfinished, path, overwrite: true);
            DirectorySync.Flush(Path.GetDirectoryName(Path.GetFullPath(path)) ?? path);
            return done;
        }
        catch (Exception e)
        {
            File.Delete(unfinished);
            if (e is IOException)
                throw new IOException($"file '{path}' could not be written; it failed after {written:N0} bytes: {e.Message}. Nothing of it is kept. Free some space on the disk, or use another.", e);
            throw;
        }
    }
}
