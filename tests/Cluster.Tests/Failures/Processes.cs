using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cluster.Tests.Failures;

/// <summary>Finds and signals processes of a run.</summary>
internal static partial class Processes
{
    public const int SigKill = 9,
        SigTerm = 15,
        SigStop = 19,
        SigCont = 18,
        SigInt = 2,
        SigHup = 1,
        SigUser1 = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public static void Signal(int process, int signal)
    {
        if (Kill(process, signal) != 0)
        {
            throw new InvalidOperationException(
                $"process {process} could not be given signal {signal}: errno {Marshal.GetLastPInvokeError()}."
            );
        }
    }

    /// <summary>Whether a process ignores a signal, as those do that a shell without job control starts in the background.</summary>
    public static bool Ignores(int process, int signal) => IsIn("SigIgn:", process, signal);

    /// <summary>Whether a process has a handler of its own for a signal.</summary>
    public static bool Catches(int process, int signal) => IsIn("SigCgt:", process, signal);

    private static bool IsIn(string set, int process, int signal)
    {
        string mask = Read($"/proc/{process}/status")
            .Split('\n')
            .FirstOrDefault(line => line.StartsWith(set, StringComparison.Ordinal), set + "0")[set.Length..]
            .Trim();
        return (Convert.ToUInt64(mask, 16) >> (signal - 1) & 1) != 0;
    }

    /// <summary>Processes, zombies left out, whose command line holds a text.</summary>
    public static IReadOnlyList<int> WithArgument(string text) =>
        [
            .. Directory
                .GetDirectories("/proc")
                .Select(Path.GetFileName)
                .Where(name => int.TryParse(name, out _))
                .Where(name => Read($"/proc/{name}/cmdline").Split('\0').Contains(text))
                .Select(name => int.Parse(name ?? "")),
        ];

    /// <summary>Processes that were started with a variable, as NAME=VALUE.</summary>
    public static IReadOnlyList<int> WithVariable(string assignment) =>
        [
            .. Directory
                .GetDirectories("/proc")
                .Select(Path.GetFileName)
                .Where(name => int.TryParse(name, out _))
                .Where(name => Read($"/proc/{name}/environ").Split('\0').Contains(assignment))
                .Select(name => int.Parse(name ?? "")),
        ];

    /// <summary>Whether a process is a worker itself, and not a shell around it.</summary>
    public static bool IsWorker(int process) => IsProgram(process, "AlexNet.Worker");

    /// <summary>Whether a process is a coordinator itself, and not a shell around it.</summary>
    public static bool IsCoordinator(int process) => IsProgram(process, "AlexNet.Coordinator");

    /// <summary>Waits until no process has a text among its arguments.</summary>
    public static async Task NoneWithArgumentAsync(string text, TimeSpan deadline)
    {
        long start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        while (WithArgument(text) is { Count: > 0 } left)
        {
            if (Stopwatch.GetElapsedTime(start) > deadline)
                throw new TimeoutException($"processes {string.Join(", ", left)} still run after {deadline.TotalSeconds} s.");
            await timer.WaitForNextTickAsync();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it has just ended, or is not ours to see
        }
    }

    private static bool IsProgram(int process, string name) => Path.GetFileName(Read($"/proc/{process}/cmdline").Split('\0')[0]) == name;
}
