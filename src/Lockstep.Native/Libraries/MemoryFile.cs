using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Lockstep.Native.Libraries;

/// <summary>A file that has no place on disk and ends with the process (memfd_create).</summary>
[SupportedOSPlatform("linux")]
internal static partial class MemoryFile
{
    private const uint CloseOnExec = 1;

    // Kept open: were a descriptor's number used again, the loader would take another file of that path for this library.
    private static readonly List<SafeFileHandle> Kept = [];

    /// <summary>A path in /proc that opens a new file of this content; null, and why, when the system refuses.</summary>
    public static string? Create(string name, ReadOnlySpan<byte> content, out string problem)
    {
        problem = "";
        int descriptor = MemfdCreate(name, CloseOnExec);
        if (descriptor < 0)
        {
            problem = $"memfd_create: {Marshal.GetLastPInvokeErrorMessage()}";
            return null;
        }
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.Write(handle, content, 0);
        lock (Kept)
            Kept.Add(handle);
        return $"/proc/self/fd/{descriptor}";
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemfdCreate(string name, uint flags);
}
