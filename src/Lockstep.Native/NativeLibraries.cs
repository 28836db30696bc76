using System.Runtime.InteropServices;
using Lockstep.Native.Bridge;
using Lockstep.Native.Libraries;
using Lockstep.Native.Libtorch;

namespace Lockstep.Native;

/// <summary>
/// Loads libtorch and TorchSharp's bridge to it, in this order: choose libtorch; load it; load the bridge, repaired when the host's
/// libstdc++ is too old for it; keep TorchSharp to them.
/// </summary>
public static class NativeLibraries
{
    // Keeps a failure too: after one, libtorch may be half loaded, and a second attempt could end the process.
    private static readonly Lazy<NativeLibraryReport> Loaded = new(LoadOnce);

    /// <summary>Makes <c>torch</c> usable. Call it before the first use of <c>torch</c>; any thread may, any number of times.</summary>
    /// <exception cref="NativeLibraryException">A library is missing, of another version, or does not load.</exception>
    public static NativeLibraryReport Load() => Loaded.Value;

    private static NativeLibraryReport LoadOnce()
    {
        RequireGlibcLinuxX64();
        var folders = NativeFolders.OfApplication();
        var choice = LibtorchLocator.Choose(Environment.GetEnvironmentVariable(LibtorchLocator.Variable), folders);
        LibraryMessages.Quieten();
        var version = LibtorchLoader.Load(choice.Directory);
        LibraryMessages.WithoutNnpack(LibtorchLoader.Cpu());
        var bridge = BridgeLoader.Load(NativeFolders.Find(BridgeLoader.FileName, folders), CacheDirectory.Choose());
        TorchSharpProbing.Use(bridge.Handle);
        return new(
            choice.Directory,
            version.ToString(),
            bridge.Path,
            bridge.Repaired,
            $"{choice.Reason}{LibtorchVersions.Remark(version)} {bridge.Reason}"
        );
    }

    private static void RequireGlibcLinuxX64()
    {
        string platform = RuntimeInformation.RuntimeIdentifier;
        bool x64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        if (!OperatingSystem.IsLinux() || !x64 || platform.Contains("musl", StringComparison.Ordinal))
        {
            throw new NativeLibraryException(
                $"platform '{platform}': this program needs Linux on x64 with glibc, as libtorch's package does. "
                    + "Run it there, for example in the project's container image."
            );
        }
    }
}
