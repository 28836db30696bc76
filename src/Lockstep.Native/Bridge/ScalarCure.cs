using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Lockstep.Native.Libraries;

namespace Lockstep.Native.Bridge;

/// <summary>
/// Keeps the numbers of TorchSharp's calls until the calls are over. In <c>x + 1</c> TorchSharp makes a <c>Scalar</c>, hands libtorch its
/// address, and holds it no longer: a garbage collection in that moment frees the number while libtorch is about to read it, which then
/// throws, or computes with another number. A small library stands before the bridge and has its <c>THSTorch_dispose_scalar</c> wait.
/// docs/adr/0016-scalars-that-live-long-enough.md has the measurements.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class ScalarCure
{
    private const string Function = "THSTorch_dispose_scalar";

    /// <summary>Far longer than a thread waits for its turn on a machine that is not stuck.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    private static delegate* unmanaged[Cdecl]<nint, void> _dispose;
    private static LateRelease? _late;

    /// <summary>The library to give TorchSharp in place of its bridge; the bridge itself, and why, where that is not to be had.</summary>
    public static nint StandBefore(nint bridge, out string reason)
    {
        string problem = $"the bridge has no {Function}";
        if (NativeLibrary.TryGetExport(bridge, Function, out nint dispose))
        {
            _dispose = (delegate* unmanaged[Cdecl]<nint, void>)dispose;
            _late = new LateRelease(static scalar => _dispose(scalar), Wait);
            var instead = (delegate* unmanaged[Cdecl]<nint, void>)&DisposeLater;
            byte[] library = SmallLibrary.Before(BridgeLoader.FileName, Function, (nint)instead);
            string? path = MemoryFile.Create("late-scalars", library, out problem);
            nint handle = path is null ? 0 : DynamicLoader.Open(path, DynamicLoader.Now, out problem);
            if (handle != 0)
            {
                reason = "";
                return handle;
            }
        }
        reason = $" Numbers in calls are not kept as long as the calls last ({problem}).";
        return bridge;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void DisposeLater(nint scalar) => _late?.Add(scalar, TimeSpan.FromMilliseconds(Environment.TickCount64));
}
