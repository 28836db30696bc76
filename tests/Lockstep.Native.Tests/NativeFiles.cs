using Lockstep.Native.Bridge;
using Lockstep.Native.Libraries;
using Lockstep.Native.Libtorch;

namespace Lockstep.Native.Tests;

/// <summary>The native files of the packages, as they lie beside the tests.</summary>
internal static class NativeFiles
{
    /// <summary>The package's libLibTorchSharp.so. It is a hard link into the package cache: tests only read it.</summary>
    public static string Bridge => NativeFolders.Find(BridgeLoader.FileName, NativeFolders.OfApplication());

    /// <summary>The package's libtorch.so.</summary>
    public static string Libtorch => NativeFolders.Find(LibtorchLoader.FileName, NativeFolders.OfApplication());
}
