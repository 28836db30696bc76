using Lockstep.Native.Libraries;

namespace Lockstep.Native;

/// <summary>
/// The allocator settings that every process using <c>torch</c> is started with. By default glibc maps a large tensor anew at every step
/// and faults in each of its pages; these keep the memory, in huge pages. glibc reads the variable at start only.
/// </summary>
public static class AllocatorSettings
{
    /// <summary>The environment variable that glibc reads.</summary>
    public const string Variable = "GLIBC_TUNABLES";

    /// <summary>Allocations taken with mmap: none, so that freed memory is kept and used again.</summary>
    internal const string MmapMax = "glibc.malloc.mmap_max=0";

    /// <summary>Free bytes at the top of the heap that are given back to the system: only beyond 16 GiB.</summary>
    internal const string TrimThreshold = "glibc.malloc.trim_threshold=17179869184";

    /// <summary>The heap asks for transparent huge pages (glibc 2.35; older ones ignore it).</summary>
    internal const string HugePages = "glibc.malloc.hugetlb=1";

    /// <summary>
    /// One arena for all threads: that of another thread than the first is made of maps of 64 MB, which are given back and faulted in anew
    /// at every step.
    /// </summary>
    internal const string ArenaMax = "glibc.malloc.arena_max=1";

    /// <summary>All of them, as the variable's value.</summary>
    public const string Value = $"{MmapMax}:{TrimThreshold}:{HugePages}:{ArenaMax}";

    private const int MmapMaxParameter = -4, // of mallopt, as malloc.h numbers them
        TrimThresholdParameter = -1,
        ArenaMaxParameter = -8;

    /// <summary>Adds the settings to the environment of a process to be started. What the user set there stays.</summary>
    public static void ApplyTo(IDictionary<string, string?> environment)
    {
        environment.TryGetValue(Variable, out string? users);
        environment[Variable] = Merge(users);
    }

    /// <summary>True when this process was started with all of the settings at these values.</summary>
    public static bool IsActive() => OperatingSystem.IsLinux() && IsActive(Of(ThisProcess.EnvironmentAtStart()));

    /// <summary>
    /// Has this process keep freed memory from now on, as far as glibc can be told of that after the start: no huge pages, and the arenas
    /// that threads have already stay. Memory that was in use once is not given back to the system while the process lives.
    /// </summary>
    /// <returns>False where the allocator is not glibc's.</returns>
    public static bool ApplyToThisProcess() =>
        OperatingSystem.IsLinux()
        && ThisProcess.TrySetAllocator(MmapMaxParameter, 0)
        && ThisProcess.TrySetAllocator(TrimThresholdParameter, -1) // never
        && ThisProcess.TrySetAllocator(ArenaMaxParameter, 1);

    /// <summary>
    /// Begins this program anew, in this process and with the same arguments, with all of the settings in its environment; it goes on where
    /// they are there, or the user has set them otherwise, or the system is not Linux. Call it first: what the program has done is lost.
    /// </summary>
    /// <exception cref="InvalidOperationException">The system refused.</exception>
    public static void RestartUnlessActive()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string? users = Environment.GetEnvironmentVariable(Variable); // what the new beginning will see: it cannot go round for ever
        string merged = Merge(users);
        if (Split(merged).Length > Split(users).Length)
            ThisProcess.Restart(Variable, merged);
    }

    /// <summary>The variable's value in such an environment; glibc may have put a zero in the place of each colon (2.36 does).</summary>
    internal static string? Of(string environment)
    {
        string[] entries = environment.Split('\0');
        int own = Array.FindIndex(entries, e => e.StartsWith($"{Variable}=", StringComparison.Ordinal));
        return own < 0
            ? null
            : string.Join(
                ':',
                entries[(own + 1)..]
                    .TakeWhile(e => e.StartsWith("glibc.", StringComparison.Ordinal))
                    .Prepend(entries[own][(Variable.Length + 1)..])
            );
    }

    internal static bool IsActive(string? tunables) => Value.Split(':').All(Split(tunables).Contains);

    internal static string Merge(string? users)
    {
        string[] own = Split(users);
        var names = own.Select(NameOf).ToHashSet(StringComparer.Ordinal);
        return string.Join(':', own.Concat(Value.Split(':').Where(s => !names.Contains(NameOf(s)))));
    }

    private static string[] Split(string? tunables) => tunables?.Split(':', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string NameOf(string setting) => setting.Split('=')[0];
}
