using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Lockstep.Native.Libraries;

namespace Lockstep.Native.Libtorch;

/// <summary>Loads libtorch from a directory: check the name it goes by; load it, and its CUDA half; ask its version.</summary>
[SupportedOSPlatform("linux")]
internal static class LibtorchLoader
{
    public const string FileName = "libtorch.so";

    /// <inheritdoc cref="LibtorchVersions.Required"/>
    public const string RequiredVersion = LibtorchVersions.Required;

    private const string CpuFileName = "libtorch_cpu.so";
    private const string CudaFileName = "libtorch_cuda.so";

    private delegate ulong AbiVersion();

    /// <returns>The version of the loaded libtorch, such as 2.10.0.</returns>
    /// <exception cref="NativeLibraryException">It does not load, or is of another version.</exception>
    public static Version Load(string directory)
    {
        string path = Path.Combine(directory, FileName);
        CheckName(path);
        CheckAlone(Path.Combine(directory, CpuFileName));

        nint handle = Open(path);
        string cuda = Path.Combine(directory, CudaFileName);
        if (File.Exists(cuda))
            Open(cuda);
        return CheckVersion(handle, path);
    }

    /// <summary>The handle of the part that computes on processors, once it is loaded.</summary>
    /// <exception cref="NativeLibraryException">It is not loaded.</exception>
    public static nint Cpu()
    {
        nint handle = DynamicLoader.Open(CpuFileName, DynamicLoader.Lazy, out string? error);
        return handle != 0 ? handle : throw new NativeLibraryException($"library '{CpuFileName}': {error}");
    }

    // Another name is not recognised by the bridge, which would then load a second libtorch, and two of them abort the process.
    private static void CheckName(string path)
    {
        string? name = ElfImage.Read(path).SharedObjectName;
        if (name != FileName)
        {
            throw new NativeLibraryException(
                $"library '{path}': it calls itself '{name}', but TorchSharp needs libtorch {RequiredVersion}, "
                    + $"which calls itself '{FileName}'. {Advice}"
            );
        }
    }

    private static void CheckAlone(string path)
    {
        if (DynamicLoader.IsLoaded(CpuFileName) && !DynamicLoader.IsLoaded(path))
        {
            throw new NativeLibraryException(
                $"library '{path}': another {CpuFileName} is in the process already, and two abort it. "
                    + "Call NativeLibraries.Load() before the first use of torch."
            );
        }
    }

    private static nint Open(string path)
    {
        nint handle = DynamicLoader.Open(path, DynamicLoader.Lazy, out string? error);
        return handle != 0
            ? handle
            : throw new NativeLibraryException(
                $"library '{path}': it does not load: {error}. Install what it misses, or use another libtorch. {Advice}"
            );
    }

    private static Version CheckVersion(nint handle, string path)
    {
        if (!NativeLibrary.TryGetExport(handle, "aoti_torch_abi_version", out nint function))
        {
            throw new NativeLibraryException(
                $"library '{path}': it cannot say its version, as the libtorch {RequiredVersion} that TorchSharp needs can. {Advice}"
            );
        }

        var version = LibtorchVersions.Unpack(Marshal.GetDelegateForFunctionPointer<AbiVersion>(function)());
        return LibtorchVersions.Objection(version, LibtorchVersions.TakesAny) is { } objection
            ? throw new NativeLibraryException($"library '{path}': {objection} {Advice}")
            : version;
    }

    private static string Advice =>
        $"Set {LibtorchLocator.Variable} to a libtorch or PyTorch {RequiredVersion}, or unset it to use the package's.";
}
