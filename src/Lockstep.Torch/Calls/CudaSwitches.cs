using System.Runtime.InteropServices;

namespace Lockstep.Torch.Calls;

/// <summary>
/// libtorch's switches for the GPU that TorchSharp does not reach, by their exported C++ names. The names may change with libtorch's
/// version, so one that is missing leaves its switch as it is and is reported. They hold for the whole process.
/// </summary>
internal static unsafe class CudaSwitches
{
    private const string Context = "_ZN2at13globalContextEv";
    private const string Benchmark = "_ZN2at7Context17setBenchmarkCuDNNEb";
    private const string DeterministicCudnn = "_ZN2at7Context21setDeterministicCuDNNEb";
    private const string DeterministicAlgorithms = "_ZN2at7Context26setDeterministicAlgorithmsEbb";
    private const string FillMemory = "_ZN2at7Context39setDeterministicFillUninitializedMemoryEb";

    /// <summary>Has cuDNN choose kernels by timing them, or all of libtorch use only those that repeat their bits.</summary>
    /// <returns>The names that this libtorch does not have.</returns>
    public static IReadOnlyList<string> Set(bool deterministic) => Set(AtenInterface.Module(), deterministic);

    internal static IReadOnlyList<string> Set(nint library, bool deterministic)
    {
        if (!NativeLibrary.TryGetExport(library, Context, out nint context))
            return [Context];
        nint global = ((delegate* unmanaged[Cdecl]<nint>)context)();
        var missing = new List<string>();
        Switch(Benchmark, !deterministic); // timing may choose another kernel in the next run
        Switch(DeterministicCudnn, deterministic);
        Switch(FillMemory, false); // nothing here reads memory before it has written it
        if (!NativeLibrary.TryGetExport(library, DeterministicAlgorithms, out nint algorithms))
            missing.Add(DeterministicAlgorithms);
        else
            // an operation that cannot is told of, not refused
            ((delegate* unmanaged[Cdecl]<nint, byte, byte, void>)algorithms)(global, Byte(deterministic), Byte(true));
        return missing;

        void Switch(string name, bool on)
        {
            if (NativeLibrary.TryGetExport(library, name, out nint set))
                ((delegate* unmanaged[Cdecl]<nint, byte, void>)set)(global, Byte(on));
            else
                missing.Add(name);
        }
    }

    private static byte Byte(bool value) => value ? (byte)1 : (byte)0;
}
