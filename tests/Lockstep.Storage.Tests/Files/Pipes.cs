using System.Diagnostics;

namespace Lockstep.Storage.Tests.Files;

internal static class Pipes
{
    /// <summary>Makes a named pipe, or skips the test.</summary>
    public static void Make(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }
}
