using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Lockstep.Storage.Files;

/// <summary>Flushes a directory's names to disk, which the base library cannot: without it a power cut may undo a rename.</summary>
internal static partial class DirectorySync
{
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int Invalid = 22; // EINVAL: a file system that has nothing to flush

    /// <exception cref="IOException">The disk fails.</exception>
    public static void Flush(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return; // elsewhere a rename is flushed with its file
        int descriptor = Open(directory, ReadOnlyCloseOnExec);
        if (descriptor < 0)
            throw Failed(directory);
        try
        {
            if (FSync(descriptor) < 0 && Marshal.GetLastPInvokeError() != Invalid)
                throw Failed(directory);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string directory) =>
        new($"directory '{directory}' could not be flushed to disk: {Marshal.GetLastPInvokeErrorMessage()}");

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
