using AlexNet.Testing;

namespace Cluster.Tests.Storms;

/// <summary>
/// A wall clock that jumps, for the processes of one run alone: a library of ours, built by the machine's C compiler, stands before libc's.
/// </summary>
internal sealed class MovableClock
{
    private readonly string _shift;

    private MovableClock(string library, string shift) =>
        (Variables, _shift) = (new() { ["LD_PRELOAD"] = library, ["CLOCK_SHIFT_FILE"] = shift }, shift);

    /// <summary>What the processes are to be started with.</summary>
    public Dictionary<string, string?> Variables { get; }

    /// <summary>Builds it; skips the test where there is no C compiler.</summary>
    public static async Task<MovableClock> BuildAsync(string folder)
    {
        string? compiler = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(p => Path.Combine(p, "cc"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(compiler is null, "a clock that jumps needs a C compiler (cc).");
        var clock = new MovableClock(Path.Combine(folder, "clock.so"), Path.Combine(folder, "clock-shift"));
        clock.Shift(TimeSpan.Zero);
        await using var building = ProgramProcess.Start(
            compiler,
            ["-O2", "-shared", "-fPIC", "-o", Path.Combine(folder, "clock.so"), Path.Combine(AppContext.BaseDirectory, "Storms", "clock.c")]
        );
        await building.SucceedAsync(SmallRun.Deadline);
        return clock;
    }

    /// <summary>From now on the clock is off by so much.</summary>
    public void Shift(TimeSpan by)
    {
        // written in place: the processes have the file mapped
        using var file = new FileStream(_shift, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(BitConverter.GetBytes((long)by.TotalSeconds));
    }
}
