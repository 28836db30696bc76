using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Lockstep.Native.Libraries;
using TorchSharp;

namespace Lockstep.Native.Libtorch;

/// <summary>
/// Keeps TorchSharp to the libraries that are loaded already. Its static constructor has .NET open <c>libtorch_cpu.so</c>,
/// <c>libtorch_cuda.so</c> and the bridge by full path in the application's native folders, and only then by name. A bridge that does not
/// load there is passed over; a libtorch that does would be a second one, and two abort the process.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class TorchSharpProbing
{
    private static readonly string[] Probed = ["libtorch_cpu.so", "libtorch_cuda.so"];

    /// <summary>Gives TorchSharp this bridge, and hides from it every other libtorch that lies in its way.</summary>
    /// <exception cref="NativeLibraryException">Another libtorch cannot be hidden.</exception>
    public static void Use(nint bridge)
    {
        foreach (string? path in NativeFolders.AsProbed().SelectMany(folder => Probed.Select(file => folder + file)))
        {
            if (File.Exists(path) && !DynamicLoader.IsLoaded(path))
                Hide(path);
        }

        NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (name, _, _) => name == "LibTorchSharp" ? bridge : 0);
    }

    // Asked for a path, glibc first compares it with the names of the libraries it has, so an empty one of that name answers for the file.
    private static void Hide(string path)
    {
        if (MemoryFile.Create("hidden-libtorch", SmallLibrary.Named(path), out string? problem) is { } empty)
            _ = DynamicLoader.Open(empty, DynamicLoader.Lazy, out problem);
        if (!DynamicLoader.IsLoaded(path))
        {
            throw new NativeLibraryException(
                $"library '{path}': TorchSharp would load it beside the libtorch of {LibtorchLocator.Variable}, "
                    + $"and two abort the process; hiding it failed: {problem}. "
                    + $"Build with -p:TorchBackend=none, or unset {LibtorchLocator.Variable}."
            );
        }
    }
}
