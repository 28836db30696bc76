using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace AlexNet.Transport.SharedMemory;

/// <summary>
/// Files of shared memory. A file loses its name before it gets its size, and its descriptor travels over the doorbell: whenever a worker is
/// killed, nothing of it stays behind.
/// </summary>
internal static class SharedFile
{
    /// <summary>Prefix of every name in the directory.</summary>
    public const string Prefix = "alexnet-";

    /// <summary>A nameless file whose pages are reserved, so that touching them cannot fail later.</summary>
    /// <exception cref="SharedMemoryException">The directory has no room or cannot be written; the message says what to do.</exception>
    public static SafeFileHandle Reserve(string directory, long bytes, string purpose)
    {
        SafeFileHandle file = CreateNameless(directory, purpose);
        int error = Native.Reserve(file, 0, bytes);
        while (error == Native.Interrupted)
        {
            error = Native.Reserve(file, 0, bytes);
        }

        if (error == 0)
        {
            return file;
        }

        file.Dispose();
        throw new SharedMemoryException(error == Native.NoSpace
            ? $"'{directory}' has {FreeBytes(directory)} bytes free, {bytes} bytes are required for {purpose}; "
                + "mount a larger one (docker: --shm-size, Kubernetes: an emptyDir of medium Memory), or use --transport grpc"
            : $"'{directory}' could not reserve {bytes} bytes for {purpose} (error {error}); choose another directory, or use --transport grpc");
    }

    public static string RandomName() => Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    private static SafeFileHandle CreateNameless(string directory, string purpose)
    {
        string path = Path.Combine(directory, RandomName());
        try
        {
            SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            File.Delete(path);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SharedMemoryException(
                $"'{directory}' was to hold {purpose}: {e.Message}; choose a directory that can be written, or use --transport grpc", e);
        }
    }

    private static long FreeBytes(string directory) => new DriveInfo(directory).AvailableFreeSpace;
}
