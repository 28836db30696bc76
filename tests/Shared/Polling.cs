using System.Diagnostics;

namespace AlexNet.Testing;

/// <summary>Waits for what another program does, and tells nobody of.</summary>
internal static class Polling
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    /// <summary>Asks again and again until a condition holds.</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="complaint">What is so in its place, for the error.</param>
    /// <param name="deadline">For all of it.</param>
    /// <exception cref="TimeoutException">It never did.</exception>
    public static async Task UntilAsync(Func<Task<bool>> holds, Func<Task<string>> complaint, TimeSpan deadline)
    {
        long start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(start) > deadline)
                throw new TimeoutException($"after {deadline.TotalSeconds} s {await complaint()}");
            await timer.WaitForNextTickAsync();
        }
    }
}
