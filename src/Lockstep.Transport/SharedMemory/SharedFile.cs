using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Lockstep.Transport.SharedMemory;

/// <summary>
/// Files of shared memory that have no name in any directory (memfd_create), so that no other user can open them, no directory can be too
/// small for them, and nothing stays behind. Their descriptors travel over the doorbell.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class SharedFile
{
    /// <summary>A file whose pages are reserved, so that touching them cannot fail later.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="purpose">What it is for, in the words of the message.</param>
    /// <param name="most">The most bytes that one file may have.</param>
    /// <exception cref="SharedMemoryException">The system refuses it; the message says what to do.</exception>
    public static SafeFileHandle Reserve(long bytes, string purpose, long most = long.MaxValue)
    {
        if (bytes > most)
        {
            throw Refused(bytes, purpose, $"at most {most} bytes are allowed here");
        }

        var file = Create(bytes, purpose);
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
        throw Refused(bytes, purpose, Marshal.GetPInvokeErrorMessage(error));
    }

    private static SafeFileHandle Create(long bytes, string purpose)
    {
        int descriptor = Native.CreateMemoryFile("alexnet", Native.MemoryFileCloseOnExec | Native.MemoryFileNoExec);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == Native.Invalid)
        {
            descriptor = Native.CreateMemoryFile("alexnet", Native.MemoryFileCloseOnExec); // before Linux 6.3
        }

        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw Refused(bytes, purpose, Marshal.GetLastPInvokeErrorMessage());
    }

    private static SharedMemoryException Refused(long bytes, string purpose, string why) =>
        new(
            $"{bytes} bytes of shared memory are required for {purpose}, and the system refused them: {why}; "
                + "raise the limits of this process (ulimit -f, ulimit -n, memory), or use --transport grpc"
        );
}
