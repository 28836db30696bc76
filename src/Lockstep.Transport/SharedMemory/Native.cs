using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Lockstep.Transport.SharedMemory;

/// <summary>The few calls of Linux that the base library does not offer; their numbers are the same on x64 and arm64.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class Native
{
    public const int ProtReadWrite = 3;
    public const int MapShared = 1;
    public const int MapPopulate = 0x8000;
    public const int DontWait = 0x40;
    public const int NoSignal = 0x4000;
    public const int CloseOnExec = 0x40000000;
    public const int SocketLevel = 1;
    public const int Rights = 1;
    public const int ShutdownRead = 0;
    public const int Interrupted = 4;
    public const int Again = 11;
    public const int Invalid = 22;
    public const int PeerCredentials = 17;
    public const uint MemoryFileCloseOnExec = 1;
    public const uint MemoryFileNoExec = 8;

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    public static partial int Reserve(SafeFileHandle file, long offset, long bytes);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint bytes, int protection, int flags, SafeFileHandle file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint Send(SafeHandle socket, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint Receive(SafeHandle socket, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(SafeHandle socket, int how);

    /// <summary><c>struct iovec</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Piece
    {
        public void* Base;
        public nuint Length;
    }

    /// <summary><c>struct msghdr</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public void* Name;
        public uint NameLength;
        public Piece* Pieces;
        public nuint PieceCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary><c>struct cmsghdr</c> with one descriptor behind it, padded as CMSG_SPACE does.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct OneDescriptor
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
        public int Padding;

        /// <summary>CMSG_LEN of one descriptor.</summary>
        public static nuint FilledLength => (nuint)(sizeof(OneDescriptor) - sizeof(int));
    }
}
