using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Tests.Networks;

/// <summary>
/// A network interface whose cable ends in this process: each frame that its host sends is read here, and what is written here arrives
/// there.
/// The interface is there until this is disposed or somebody deletes it.
/// </summary>
internal sealed unsafe partial class TapDevice : IDisposable
{
    /// <summary>Bytes of an Ethernet frame at the usual limit of 1500 for its content.</summary>
    public const int LongestFrame = 1514;

    public const string Driver = "/dev/net/tun";

    private const int SetInterface = 0x400454ca; // TUNSETIFF
    private const short EthernetWithoutHeader = 0x0002 | 0x1000; // IFF_TAP | IFF_NO_PI
    private const int Interrupted = 4; // EINTR

    private readonly SafeFileHandle _handle;

    private TapDevice(SafeFileHandle handle) => _handle = handle;

    /// <summary>Opens the driver, which fails where there is none or this user may not.</summary>
    public static SafeFileHandle OpenDriver() => File.OpenHandle(Driver, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    /// <summary>Makes an interface in the network namespace of the calling thread.</summary>
    public static TapDevice Create(string name)
    {
        var handle = OpenDriver();
        var request = new Request { Flags = EthernetWithoutHeader };
        Encoding.ASCII.GetBytes(name, new Span<byte>(request.Name, Request.NameBytes - 1));
        if (Control(handle, SetInterface, &request) == 0)
            return new TapDevice(handle);
        int error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        throw new InvalidOperationException($"interface '{name}' could not be made: errno {error}.");
    }

    /// <summary>Waits for the next frame and returns its bytes, or 0 when the interface is gone.</summary>
    public int Read(Span<byte> frame)
    {
        fixed (byte* start = frame)
        {
            nint bytes;
            do bytes = Read(_handle, start, (nuint)frame.Length);
            while (bytes < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            return (int)nint.Max(bytes, 0);
        }
    }

    /// <summary>Lets a frame arrive; it is lost where the interface is gone.</summary>
    public void Write(ReadOnlySpan<byte> frame)
    {
        fixed (byte* start = frame)
            _ = Write(_handle, start, (nuint)frame.Length);
    }

    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle handle, nuint what, Request* request);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle handle, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle handle, byte* bytes, nuint count);

    /// <summary><c>struct ifreq</c></summary>
    [StructLayout(LayoutKind.Sequential, Size = 40)]
    private struct Request
    {
        public const int NameBytes = 16;

        public fixed byte Name[NameBytes];
        public short Flags;
    }
}
