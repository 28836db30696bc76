using System.Globalization;

namespace Lockstep.Hosting;

/// <summary>Who listens at a port of this machine, in words, as Linux tells it.</summary>
public static class PortHolder
{
    private const string Unknown = "another process";
    private const string Listening = "0A"; // the state, in the kernel's table
    private const int Local = 1,
        State = 3,
        Inode = 9; // columns

    /// <summary>Such as "process 4711 (nginx)"; "another process" where the system does not tell.</summary>
    public static string Of(int port) => Find(port) ?? Unknown;

    /// <summary>The same; null where nobody is seen to listen there.</summary>
    public static string? Find(int port)
    {
        var sockets = Tables().SelectMany(table => Inodes(table, port)).Select(inode => $"socket:[{inode}]").ToHashSet();
        if (sockets.Count == 0)
            return null;
        foreach (string process in Directories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            if (Files(Path.Combine(process, "fd")).Any(file => TargetOf(file) is { } target && sockets.Contains(target)))
                return $"process {Path.GetFileName(process)} ({Text(Path.Combine(process, "comm")).Trim()})";
        }

        return "a process of another user";
    }

    /// <summary>Sockets that listen at a port, from a table of the kernel.</summary>
    public static IEnumerable<string> Inodes(string table, int port)
    {
        string suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return from line in table.Split('\n').Skip(1)
            let columns = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            where columns.Length > Inode && columns[State] == Listening && columns[Local].EndsWith(suffix, StringComparison.Ordinal)
            select columns[Inode];
    }

    private static IEnumerable<string> Tables() => [Text("/proc/net/tcp"), Text("/proc/net/tcp6")];

    private static string Text(string path) => Try(() => File.ReadAllText(path)) ?? "";

    private static string[] Directories(string path) => Try(() => Directory.GetDirectories(path)) ?? [];

    private static string[] Files(string path) => Try(() => Directory.GetFiles(path)) ?? [];

    private static string? TargetOf(string link) => Try(() => new FileInfo(link).LinkTarget);

    /// <summary>Null for what has just ended, or is not ours to see.</summary>
    private static T? Try<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
