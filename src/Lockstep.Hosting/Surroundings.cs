using System.Globalization;
using Lockstep.Core.Errors;
using Lockstep.Core.Texts;

namespace Lockstep.Hosting;

/// <summary>
/// What every program of ours finds around it when it starts, and cannot do without; looked at first, since whatever fails later would not
/// say why.
/// </summary>
public static class Surroundings
{
    private const string Limits = "/proc/self/limits",
        LimitOfFiles = "Max open files";
    private const int FilesOfAProcess = 512; // a worker has about 300 open: libraries, pipes, sockets
    private const int FilesForAWorker = 8; // in the command line, and in each other worker

    /// <summary>Looks at them.</summary>
    /// <param name="workers">The number of workers whose processes this one starts or talks to.</param>
    /// <exception cref="BadInputException">One is missing.</exception>
    public static void Require(int workers = 0)
    {
        string[] problems =
        [
            .. new[] { DirectoryProblem(() => Environment.CurrentDirectory), FilesProblem(FileLimit(), workers) }.OfType<string>(),
        ];
        if (problems.Length > 0)
            throw new BadInputException(problems);
    }

    /// <summary>Why the working directory cannot be used; null where it can.</summary>
    public static string? DirectoryProblem(Func<string> current)
    {
        try
        {
            return Directory.Exists(current()) ? null : Gone("it is not there");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Gone(e.Message);
        }
    }

    /// <summary>
    /// Why the limit of open files does not suffice; null where it does. .NET has raised the soft limit to the hard one already.
    /// </summary>
    /// <param name="limit">Null for none.</param>
    /// <param name="workers">The number of workers whose processes this one starts or talks to.</param>
    public static string? FilesProblem(long? limit, int workers) =>
        FilesOfAProcess + ((long)FilesForAWorker * workers) is var required && limit < required
            ? $"A process may open {Count.Of(limit ?? 0, "file")} at once here (ulimit -Hn); {required} or more are "
                + $"required{(workers > 0 ? $" for {Count.Of(workers, "worker")}" : "")}. Raise the hard limit (limits.conf, systemd: "
                + "LimitNOFILE, docker: --ulimit nofile=4096)."
            : null;

    /// <summary>The limit in the kernel's table; null where it has none.</summary>
    public static long? ParseLimit(string table) =>
        table.Split('\n').FirstOrDefault(line => line.StartsWith(LimitOfFiles, StringComparison.Ordinal)) is { } line
        && line[LimitOfFiles.Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
        && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit)
            ? limit
            : null;

    private static long? FileLimit()
    {
        try
        {
            return ParseLimit(File.ReadAllText(Limits));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // no Linux
        }
    }

    private static string Gone(string why) =>
        $"The working directory cannot be used ({why.TrimEnd('.')}): it was deleted, moved or unmounted. Change to one that is there, "
        + "such as 'cd ~', and start again.";
}
