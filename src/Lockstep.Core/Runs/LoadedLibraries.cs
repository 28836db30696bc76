namespace Lockstep.Core.Runs;

/// <summary>The libraries that this process has loaded, as the kernel lists what is mapped.</summary>
public static class LoadedLibraries
{
    private const string Maps = "/proc/self/maps";

    /// <summary>Full paths of those whose file's name begins so, each once; none where this is not Linux.</summary>
    public static IReadOnlyList<string> Named(string beginning) =>
        !OperatingSystem.IsLinux()
            ? []
            :
            [
                .. File.ReadLines(Maps)
                    .Select(PathOf)
                    .Where(path => Path.GetFileName(path).StartsWith(beginning, StringComparison.Ordinal))
                    .Distinct(),
            ];

    /// <summary>Addresses, rights, offset, device and inode come first, and the path, where there is one, last.</summary>
    private static string PathOf(string line) => line.IndexOf('/') is >= 0 and var start ? line[start..] : "";
}
