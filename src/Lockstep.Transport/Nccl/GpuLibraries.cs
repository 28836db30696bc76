using System.Reflection;
using System.Runtime.InteropServices;
using Lockstep.Core.Runs;

namespace Lockstep.Transport.Nccl;

/// <summary>
/// Finds NVIDIA's libraries: of CUDA the runtime that libtorch has loaded, since a second would know nothing of its memory; of NCCL the
/// machine's own, and where it has none the one inside libtorch_cuda.
/// </summary>
public static class GpuLibraries
{
    internal const string Nccl = "nccl",
        CudaRuntime = "cudart";

    /// <summary>
    /// Set to 1, it has NCCL take several ranks on one GPU, an experiment of NVIDIA's. Source: NCCL user guide, "Environment variables".
    /// </summary>
    public const string SharingVariable = "NCCL_MULTI_RANK_GPU_ENABLE";

    private const int LeastVersion = 21400,
        SharingVersion = 23000;
    private static readonly string[] NcclNames = ["libnccl.so.2", "libnccl.so"];

    private static readonly Lazy<nint> NcclModule = new(FindNccl);
    private static readonly Lazy<nint> CudaModule = new(() => OpenLoaded("libcudart"));

    static GpuLibraries() => NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name switch
            {
                Nccl => NcclModule.Value,
                CudaRuntime => CudaModule.Value,
                _ => 0,
            });

    /// <summary>NCCL is new enough to take several workers on one GPU, and was told to. To be asked where it is available.</summary>
    public static bool SharesGpus =>
        Environment.GetEnvironmentVariable(SharingVariable) == "1"
        && NcclInterface.GetVersion(out int version) == NcclInterface.Success
        && version >= SharingVersion;

    /// <summary>
    /// Why there can be no collectives between GPUs in this process; null where there can. To be asked once libtorch is loaded.
    /// </summary>
    public static string? WhyUnavailable()
    {
        if (CudaModule.Value == 0)
        {
            return "libtorch has loaded no CUDA runtime; use the package for GPUs on a machine that has one";
        }

        if (NcclModule.Value == 0)
        {
            return $"NCCL was not found, neither as {NcclNames[0]} nor in libtorch; install it (libnccl2)";
        }

        try
        {
            int error = NcclInterface.GetVersion(out int version);
            return error != NcclInterface.Success ? $"NCCL does not tell its version (error {error})"
                : version < LeastVersion
                    ? $"NCCL is {Text(version)}; {Text(LeastVersion)} or later is required, which initialises without blocking"
                : null;
        }
        catch (EntryPointNotFoundException e)
        {
            return $"NCCL lacks a function: {e.Message}";
        }
    }

    /// <summary>2.21.5 for 22105.</summary>
    private static string Text(int version) => $"{version / 10000}.{version / 100 % 100}.{version % 100}";

    private static nint FindNccl()
    {
        foreach (string name in NcclNames)
        {
            if (NativeLibrary.TryLoad(name, out nint module))
            {
                return module;
            }
        }

        nint libtorch = OpenLoaded("libtorch_cuda");
        return libtorch != 0 && NativeLibrary.TryGetExport(libtorch, "ncclGetVersion", out _) ? libtorch : 0;
    }

    /// <summary>A library that is in this process already, by the beginning of its file's name; zero where there is none.</summary>
    private static nint OpenLoaded(string beginning) =>
        LoadedLibraries.Named(beginning) is [var path, ..] && NativeLibrary.TryLoad(path, out nint module) ? module : 0;
}
