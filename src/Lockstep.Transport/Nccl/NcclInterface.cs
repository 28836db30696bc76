using System.Runtime.InteropServices;

namespace Lockstep.Transport.Nccl;

/// <summary>
/// What this project uses of NCCL's C interface. Source: NCCL user guide, "API", and nccl.h of 2.14, the first version that initialises
/// without blocking.
/// </summary>
internal static unsafe partial class NcclInterface
{
    public const int Success = 0,
        RemoteError = 6,
        InProgress = 7;

    public const int Sum = 0;

    /// <summary>Bytes of a unique id.</summary>
    public const int IdBytes = 128;

    private const string Library = GpuLibraries.Nccl;

    /// <summary>Sets a variable where C sees it, which .NET's own do not reach; NCCL reads it at its first call that needs it.</summary>
    public static void SetVariable(string name, string value)
    {
        if (SetEnvironment(name, value, 1) != 0)
        {
            throw new GpuCollectivesException($"the variable {name} could not be set; set it to {value} before the start.");
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport(Library, EntryPoint = "ncclGetVersion")]
    public static partial int GetVersion(out int version);

    [LibraryImport(Library, EntryPoint = "ncclGetUniqueId")]
    public static partial int GetUniqueId(out UniqueId id);

    [LibraryImport(Library, EntryPoint = "ncclCommInitRankConfig")]
    public static partial int CommInitRankConfig(out nint communicator, int size, UniqueId id, int rank, ref Config config);

    [LibraryImport(Library, EntryPoint = "ncclCommGetAsyncError")]
    public static partial int CommGetAsyncError(nint communicator, out int state);

    [LibraryImport(Library, EntryPoint = "ncclCommAbort")]
    public static partial int CommAbort(nint communicator);

    [LibraryImport(Library, EntryPoint = "ncclGetLastError")]
    public static partial nint GetLastError(nint communicator);

    [LibraryImport(Library, EntryPoint = "ncclGetErrorString")]
    public static partial nint GetErrorString(int result);

    [LibraryImport(Library, EntryPoint = "ncclGroupStart")]
    public static partial int GroupStart();

    [LibraryImport(Library, EntryPoint = "ncclGroupEnd")]
    public static partial int GroupEnd();

    [LibraryImport(Library, EntryPoint = "ncclSend")]
    public static partial int Send(nint from, nuint count, int type, int peer, nint communicator, nint stream);

    [LibraryImport(Library, EntryPoint = "ncclRecv")]
    public static partial int Receive(nint to, nuint count, int type, int peer, nint communicator, nint stream);

    [LibraryImport(Library, EntryPoint = "ncclReduce")]
    public static partial int Reduce(nint from, nint to, nuint count, int type, int operation, int root, nint communicator, nint stream);

    [LibraryImport(Library, EntryPoint = "ncclAllReduce")]
    public static partial int AllReduce(nint from, nint to, nuint count, int type, int operation, nint communicator, nint stream);

    /// <summary><c>ncclUniqueId</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct UniqueId
    {
        public fixed byte Bytes[IdBytes];

        public static UniqueId Of(ReadOnlySpan<byte> bytes)
        {
            UniqueId id = default;
            bytes[..IdBytes].CopyTo(new Span<byte>(id.Bytes, IdBytes));
            return id;
        }

        public readonly byte[] ToArray()
        {
            fixed (byte* bytes = Bytes)
            {
                return new ReadOnlySpan<byte>(bytes, IdBytes).ToArray();
            }
        }
    }

    /// <summary>
    /// <c>ncclConfig_t</c> as 2.14 has it; later versions read as far as <see cref="Size"/> and go by their defaults for the rest.
    /// </summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Config
    {
        private const uint Mark = 0xcafebeef; // NCCL_CONFIG_INITIALIZER's
        private const uint FormVersion = 21400;

        public nuint Size;
        public uint Magic;
        public uint Version;
        public int Blocking;

        public static Config WithoutBlocking =>
            new()
            {
                Size = (nuint)sizeof(Config),
                Magic = Mark,
                Version = FormVersion,
                Blocking = 0,
            };
    }
}
