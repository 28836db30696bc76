using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Lockstep.Transport.SharedMemory;

/// <summary>
/// Who holds the other end of a Unix socket, as the kernel tells it; anybody on the machine may connect to an abstract one.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class PeerCredentials
{
    /// <summary>Whether the process at the other end runs as the user of this one.</summary>
    /// <exception cref="SocketException">The socket is not connected.</exception>
    public static bool IsOwnUser(Socket socket)
    {
        User found = default;
        int length = socket.GetRawSocketOption(
            Native.SocketLevel,
            Native.PeerCredentials,
            MemoryMarshal.AsBytes(new Span<User>(ref found))
        );
        return length == Marshal.SizeOf<User>() && found.Id == Native.EffectiveUser();
    }

    /// <summary><c>struct ucred</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct User
    {
        public int Process;
        public uint Id;
        public uint Group;
    }
}
