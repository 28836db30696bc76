namespace AlexNet.Testing;

/// <summary>Programs of this machine.</summary>
internal static class InstalledProgram
{
    // where Debian puts servers, which is not on everybody's PATH
    private const string Servers = "/usr/sbin";

    /// <summary>The path of a program; null where it is not installed.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Append(Servers)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Those of several programs that are not installed.</summary>
    public static string[] Missing(params IEnumerable<string> names) => [.. names.Where(name => Find(name) is null)];
}
