using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Lockstep.Transport.SharedMemory;

/// <summary>A file of shared memory in this process' address space; it stays mapped while somebody holds a reference.</summary>
internal sealed class SharedMapping : SafeHandle
{
    private SharedMapping(nint address, long bytes)
        : base(0, ownsHandle: true)
    {
        SetHandle(address);
        Bytes = bytes;
    }

    public long Bytes { get; }

    /// <summary>Called when nobody holds it any more.</summary>
    public Action? Unmapped { get; init; }

    public nint Address => handle;

    public override bool IsInvalid => handle == 0;

    /// <summary>Maps a file whose pages are reserved; page tables are filled at once, since faults would cost more than sums.</summary>
    [SupportedOSPlatform("linux")]
    public static SharedMapping Of(SafeFileHandle file, long bytes, Action? unmapped = null)
    {
        long length = RandomAccess.GetLength(file);
        if (bytes <= 0 || length < bytes)
        {
            throw new SharedMemoryException(
                $"shared memory of {length} bytes was found, {bytes} are required; do both workers run the same version?"
            );
        }

        nint address = Native.Map(0, (nuint)bytes, Native.ProtReadWrite, Native.MapShared | Native.MapPopulate, file, 0);
        return address != -1
            ? new(address, bytes) { Unmapped = unmapped }
            : throw new SharedMemoryException(
                $"{bytes} bytes of shared memory could not be mapped (error {Marshal.GetLastPInvokeError()}); "
                    + "raise the limit of the address space, or use --transport grpc"
            );
    }

    /// <summary>Keeps it mapped until <see cref="SafeHandle.DangerousRelease"/>; false when it is unmapped already.</summary>
    public bool TryHold()
    {
        bool held = false;
        try
        {
            DangerousAddRef(ref held);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }

        return held;
    }

    protected override bool ReleaseHandle()
    {
        Debug.Assert(OperatingSystem.IsLinux()); // nothing is mapped elsewhere
        bool unmapped = Native.Unmap(handle, (nuint)Bytes) == 0;
        Unmapped?.Invoke();
        return unmapped;
    }
}
