using System.Runtime.InteropServices;
using Lockstep.Core.Runs;

namespace Lockstep.Torch.Calls;

/// <summary>The CUDA runtime that libtorch has loaded; no other is looked for.</summary>
internal static unsafe class CudaRuntime
{
    private const string Library = "libcudart";
    private const int BusIdLength = 32; // of a text such as 0000:3B:00.0

    private static readonly Lazy<nint> Runtime = new(OpenLoaded);

    /// <summary>One of its functions; false where there is none, or no runtime.</summary>
    public static bool TryGetExport(string name, out nint address)
    {
        address = 0;
        return Runtime.Value != 0 && NativeLibrary.TryGetExport(Runtime.Value, name, out address);
    }

    /// <summary>
    /// Where a GPU sits, such as 0000:3B:00.0: the one name of it that the driver knows as well, whichever GPUs are visible.
    /// </summary>
    /// <param name="device">As this process counts its GPUs.</param>
    public static string? BusId(int device)
    {
        byte* text = stackalloc byte[BusIdLength];
        return
            TryGetExport("cudaDeviceGetPCIBusId", out nint get)
            && ((delegate* unmanaged[Cdecl]<byte*, int, int, int>)get)(text, BusIdLength, device) == 0
            ? Marshal.PtrToStringUTF8((nint)text)
            : null;
    }

    private static nint OpenLoaded() =>
        LoadedLibraries.Named(Library) is [var path, ..] && NativeLibrary.TryLoad(path, out nint runtime) ? runtime : 0;
}
