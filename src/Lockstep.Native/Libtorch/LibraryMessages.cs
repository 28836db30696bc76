using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Lockstep.Native.Libtorch;

/// <summary>
/// Keeps libtorch from writing to standard error by itself: what a user and a test see must not depend on the processor. 1. Before it is
/// loaded, its log is set to errors alone. 2. Then NNPACK is switched off, which warns on every processor that it does not know, and
/// computes a few convolutions in another order on those that it does.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class LibraryMessages
{
    private const string LogLevel = "TORCH_CPP_LOG_LEVEL",
        Errors = "ERROR";
    private const string GlobalContext = "_ZN2at13globalContextEv",
        SetUserEnabledNnpack = "_ZN2at7Context20setUserEnabledNNPACKEb";

    /// <summary>To be called before libtorch is loaded, which reads the level once. What the user set stays.</summary>
    public static void Quieten() => _ = SetEnvironment(LogLevel, Errors, overwrite: 0);

    /// <summary>To be called once libtorch is loaded. A libtorch without the switch is left to its log level.</summary>
    public static void WithoutNnpack(nint libtorchCpu)
    {
        if (
            NativeLibrary.TryGetExport(libtorchCpu, GlobalContext, out nint context)
            && NativeLibrary.TryGetExport(libtorchCpu, SetUserEnabledNnpack, out nint set)
        )
        {
            ((delegate* unmanaged<nint, byte, void>)set)(((delegate* unmanaged<nint>)context)(), 0);
        }
    }

    // the environment that native code sees; the base library keeps a copy of its own
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
