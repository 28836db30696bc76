namespace Lockstep.Storage.Files;

/// <summary>
/// A file that one process, or one thread of it, holds open alone. The system lets go of it when the process ends, however that is; the
/// file stays.
/// </summary>
public static class LockFile
{
    /// <summary>Opens it; makes it where it is not there.</summary>
    /// <param name="path">Its directory is there.</param>
    /// <param name="mode">Who may open a file that is made; null for what this user's files usually have.</param>
    /// <returns>Null while another holds it.</returns>
    /// <exception cref="IOException">The disk is full, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    public static FileStream? TryOpen(string path, UnixFileMode? mode = null)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        try
        {
            return new FileStream(path, options);
        }
        catch (IOException e) when ((e.HResult & 0xFFFF) is 11 or 32 or 35)
        {
            return null; // EAGAIN of flock, or a sharing violation
        }
    }
}
