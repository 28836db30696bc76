namespace Lockstep.Native.Bridge;

/// <summary>
/// Repaired libraries on disk. Several processes may start at once: a file appears whole, by rename, and is compared before each use.
/// </summary>
internal static class RepairCache
{
    /// <summary>The path of a file of this name and content; null, and why, when the cache cannot hold it.</summary>
    public static string? TryStore(string? cache, string name, byte[] content, out string problem)
    {
        problem = "the user has no home directory, and ALEXNET_CACHE is not set";
        if (cache is null)
            return null;
        try
        {
            return Store(CacheDirectory.Create(Path.Combine(cache, "native")), name, content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message.TrimEnd('.');
            return null;
        }
    }

    private static string Store(string directory, string name, byte[] content)
    {
        string path = Path.Combine(directory, name);
        if (Holds(path, content))
            return path;

        string temporary = Path.Combine(directory, $".{name}.{Guid.NewGuid():n}");
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
        return path;
    }

    private static bool Holds(string path, byte[] content) =>
        new FileInfo(path) is { Exists: true } file
        && file.Length == content.Length
        && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
}
