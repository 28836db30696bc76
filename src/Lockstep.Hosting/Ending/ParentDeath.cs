using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Lockstep.Hosting.Ending;

/// <summary>
/// A process that was stopped (SIGSTOP) does not notice that its standard input was closed. The system is asked to let it go on (SIGCONT)
/// when the process that started it ends, however that ends: then it notices, and ends by itself.
/// </summary>
internal static partial class ParentDeath
{
    private const int SetParentDeathSignal = 1,
        SigCont = 18;

    /// <summary>To be called by a thread that lives as long as the process.</summary>
    public static void Wakes()
    {
        if (OperatingSystem.IsLinux())
            _ = Control(SetParentDeathSignal, SigCont, 0, 0, 0);
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint signal, nuint third, nuint fourth, nuint fifth);
}
