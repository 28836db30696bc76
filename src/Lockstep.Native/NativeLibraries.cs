using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Lockstep.Native.Bridge;
using Lockstep.Native.Libraries;
using Lockstep.Native.Libtorch;
using TorchSharp;

namespace Lockstep.Native;

/// <summary>
/// Loads libtorch and TorchSharp's bridge to it, in this order: choose libtorch; load it; load the bridge, repaired when the host's
/// libstdc++ is too old for it; keep TorchSharp to them, and freed numbers as long as a call may read them. On Windows and macOS
/// TorchSharp loads its own, and nothing is to be cured.
/// </summary>
public static class NativeLibraries
{
    // Keeps a failure too: after one, libtorch may be half loaded, and a second attempt could end the process.
    private static readonly Lazy<NativeLibraryReport> Loaded = new(LoadOnce);

    /// <summary>Makes <c>torch</c> usable. Call it before the first use of <c>torch</c>; any thread may, any number of times.</summary>
    /// <exception cref="NativeLibraryException">A library is missing, of another version, or does not load.</exception>
    public static NativeLibraryReport Load() => Loaded.Value;

    private static NativeLibraryReport LoadOnce() => OperatingSystem.IsLinux() ? LoadCured() : LeftToTorchSharp();

    private static NativeLibraryReport LeftToTorchSharp()
    {
        torch.InitializeDeviceType(DeviceType.CPU);
        return new(AppContext.BaseDirectory, LibtorchVersions.Required, "", Repaired: false, "TorchSharp has loaded its own libraries.");
    }

    [SupportedOSPlatform("linux")]
    private static NativeLibraryReport LoadCured()
    {
        RequireGlibcX64();
        var folders = NativeFolders.OfApplication();
        var choice = LibtorchLocator.Choose(Environment.GetEnvironmentVariable(LibtorchLocator.Variable), folders);
        LibraryMessages.Quieten();
        var version = LibtorchLoader.Load(choice.Directory);
        LibraryMessages.WithoutNnpack(LibtorchLoader.Cpu());
        var bridge = BridgeLoader.Load(NativeFolders.Find(BridgeLoader.FileName, folders), CacheDirectory.Choose());
        TorchSharpProbing.Use(ScalarCure.StandBefore(bridge.Handle, out string scalars));
        return new(
            choice.Directory,
            version.ToString(),
            bridge.Path,
            bridge.Repaired,
            $"{choice.Reason}{LibtorchVersions.Remark(version)} {bridge.Reason}{scalars}"
        );
    }

    private static void RequireGlibcX64()
    {
        string platform = RuntimeInformation.RuntimeIdentifier;
        bool x64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        if (!x64 || platform.Contains("musl", StringComparison.Ordinal))
        {
            throw new NativeLibraryException(
                $"platform '{platform}': on Linux this program needs x64 and glibc, as libtorch's package does. "
                    + "Run it there, for example in the project's container image."
            );
        }
    }
}
