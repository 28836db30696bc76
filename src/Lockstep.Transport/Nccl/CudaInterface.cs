using System.Runtime.InteropServices;

namespace Lockstep.Transport.Nccl;

/// <summary>What NCCL's operations need of the CUDA runtime that libtorch has loaded. Source: CUDA runtime API reference.</summary>
internal static partial class CudaInterface
{
    public const int Success = 0,
        NotReady = 600;

    /// <summary>The stream that libtorch computes on, as long as nobody has given it another: CUDA's legacy default stream.</summary>
    public const nint ComputeStream = 0;

    private const uint NonBlocking = 1; // not ordered with the legacy default stream but by events
    private const uint WithoutTiming = 2;
    private const string Library = GpuLibraries.CudaRuntime;

    /// <summary>A stream of its own on the current device.</summary>
    public static nint CreateStream()
    {
        Check(StreamCreateWithFlags(out nint stream, NonBlocking), "make a stream");
        return stream;
    }

    /// <summary>An event that keeps no time.</summary>
    public static nint CreateEvent()
    {
        Check(EventCreateWithFlags(out nint made, WithoutTiming), "make an event");
        return made;
    }

    public static void Check(int error, string what)
    {
        if (error != Success)
        {
            throw new GpuCollectivesException($"CUDA could not {what}: {Marshal.PtrToStringUTF8(GetErrorString(error))} (error {error}).");
        }
    }

    [LibraryImport(Library, EntryPoint = "cudaSetDevice")]
    public static partial int SetDevice(int device);

    [LibraryImport(Library, EntryPoint = "cudaDeviceGetPCIBusId", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int DeviceGetPciBusId(Span<byte> text, int length, int device);

    [LibraryImport(Library, EntryPoint = "cudaEventRecord")]
    public static partial int EventRecord(nint recorded, nint stream);

    [LibraryImport(Library, EntryPoint = "cudaEventQuery")]
    public static partial int EventQuery(nint recorded);

    [LibraryImport(Library, EntryPoint = "cudaEventDestroy")]
    public static partial int EventDestroy(nint recorded);

    [LibraryImport(Library, EntryPoint = "cudaStreamWaitEvent")]
    public static partial int StreamWaitEvent(nint stream, nint recorded, uint flags);

    [LibraryImport(Library, EntryPoint = "cudaStreamDestroy")]
    public static partial int StreamDestroy(nint stream);

    [LibraryImport(Library, EntryPoint = "cudaStreamCreateWithFlags")]
    private static partial int StreamCreateWithFlags(out nint stream, uint flags);

    [LibraryImport(Library, EntryPoint = "cudaEventCreateWithFlags")]
    private static partial int EventCreateWithFlags(out nint made, uint flags);

    [LibraryImport(Library, EntryPoint = "cudaGetErrorString")]
    private static partial nint GetErrorString(int error);
}
