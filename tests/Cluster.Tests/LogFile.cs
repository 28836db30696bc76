using System.Diagnostics;

namespace Cluster.Tests;

/// <summary>Waits for what a process of a run writes to its log.</summary>
internal static class LogFile
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns once a log holds a text.</summary>
    /// <exception cref="TimeoutException">It did not come in time; the message shows the end of the log.</exception>
    public static async Task ContainsAsync(string path, string text, TimeSpan deadline)
    {
        long start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        while (!Read(path).Contains(text, StringComparison.Ordinal))
        {
            if (Stopwatch.GetElapsedTime(start) > deadline)
            {
                throw new TimeoutException(
                    $"'{path}' did not say '{text}' within {deadline.TotalSeconds} s; it "
                        + $"ends:\n{string.Join('\n', Read(path).Split('\n').TakeLast(10))}"
                );
            }

            await timer.WaitForNextTickAsync();
        }
    }

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}
