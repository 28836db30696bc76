using Lockstep.Core.Runs;

namespace Lockstep.Launching;

/// <summary>How a user calls this program, so that a printed command line works as it stands.</summary>
internal static class ProgramName
{
    public static string OfThis()
    {
        string path = Environment.ProcessPath ?? "program";
        if (Path.GetFileNameWithoutExtension(path) == "dotnet")
            return $"dotnet {RunHints.Quote(Shorter(Environment.GetCommandLineArgs()[0]))}";
        string name = Shorter(path);
        return RunHints.Quote(name.Contains(Path.DirectorySeparatorChar) ? name : Path.Combine(".", name));
    }

    /// <summary>The path from here, where that is shorter.</summary>
    private static string Shorter(string path)
    {
        string full = Path.GetFullPath(path),
            relative = Path.GetRelativePath(Environment.CurrentDirectory, full);
        return relative.StartsWith("..", StringComparison.Ordinal) ? full : relative;
    }
}
