using System.Diagnostics;

namespace AlexNet.Transport.Tests.Cluster;

/// <summary>A tmpfs of a chosen size, mounted for one test; needs root.</summary>
internal sealed class TinyTmpfs : IDisposable
{
    private readonly SharedDirectory _at;

    private TinyTmpfs(SharedDirectory at) => _at = at;

    public string Path => _at.Path;

    /// <summary>Mounts it; null where that is not allowed.</summary>
    public static TinyTmpfs? TryMount(int kilobytes)
    {
        SharedDirectory at = new();
        if (OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", at.Path))
        {
            return new(at);
        }

        at.Dispose();
        return null;
    }

    public void Dispose()
    {
        Run("umount", _at.Path);
        _at.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process? process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process?.WaitForExit();
            return process?.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
