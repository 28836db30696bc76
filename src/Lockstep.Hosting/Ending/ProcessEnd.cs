using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Lockstep.Hosting.Ending;

/// <summary>
/// Ends a process that has loaded native libraries. An exit in the usual way runs their destructors, while threads of theirs that nobody
/// can wait for may still work on what these take away: the heap is then broken at the very end ("malloc(): unsorted double linked list
/// corrupted").
/// </summary>
public static partial class ProcessEnd
{
    /// <summary>Ends now, without destructors; standard output and error are flushed.</summary>
    public static int Now(int exitCode)
    {
        Console.Out.Flush();
        Console.Error.Flush();
        if (OperatingSystem.IsLinux())
            ExitWithoutDestructors(exitCode);
        Environment.Exit(exitCode);
        return exitCode;
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitWithoutDestructors(int exitCode);
}
