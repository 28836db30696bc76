using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Lockstep.Terminals;

/// <summary>
/// Whether this program is the one that its terminal belongs to: a shell's job in the background is not, and would draw over the prompt.
/// </summary>
internal static partial class Foreground
{
    private const int StandardOutput = 1;

    /// <summary>False too where standard output is no terminal.</summary>
    public static bool IsHere => OperatingSystem.IsWindows() || tcgetpgrp(StandardOutput) == getpgrp();

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc")]
    private static partial int tcgetpgrp(int descriptor);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc")]
    private static partial int getpgrp();
}
