namespace Lockstep.Native.Bridge;

/// <summary>Where files that can be made again are kept for one user.</summary>
internal static class CacheDirectory
{
    /// <summary>The environment variable that names the cache directory.</summary>
    public const string Variable = "ALEXNET_CACHE";

    /// <summary>The cache directory of this user, which may not exist yet; null when the user has no home either.</summary>
    public static string? Choose() =>
        Choose(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>Makes a directory of the cache that nobody else may look into, and those above it; one that is there stays so.</summary>
    public static string Create(string path) =>
        (
            OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(path)
                : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)
        ).FullName;

    internal static string? Choose(Func<string, string?> variable, string home)
    {
        if (variable(Variable) is { Length: > 0 } own)
            return Path.GetFullPath(own);
        if (variable("XDG_CACHE_HOME") is { } shared && Path.IsPathRooted(shared)) // the XDG specification says to ignore relative ones
            return Path.Combine(shared, "alexnet-distributed");
        return Path.IsPathRooted(home) ? Path.Combine(home, ".cache", "alexnet-distributed") : null;
    }
}
