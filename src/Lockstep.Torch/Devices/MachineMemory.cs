using System.Globalization;

namespace Lockstep.Torch.Devices;

/// <summary>The machine's memory, or less where a container may not have it all. Null where that cannot be read.</summary>
public static class MachineMemory
{
    private const string Limit = "/sys/fs/cgroup/memory.max",
        Used = "/sys/fs/cgroup/memory.current",
        Parts = "/sys/fs/cgroup/memory.stat",
        Machine = "/proc/meminfo";

    /// <summary>Bytes in all.</summary>
    public static long? Size => Least(OfMachine("MemTotal:"), ContainerLimit);

    /// <summary>Bytes that can still be taken; what is kept of files in memory can be.</summary>
    public static long? Free =>
        Least(OfMachine("MemAvailable:"), ContainerLimit - Whole(Text(Used)) + (Named(Parts, "inactive_file") ?? 0)) is { } free
            ? Math.Max(0, free)
            : null;

    /// <summary>Null where there is none: the file then says <c>max</c>.</summary>
    private static long? ContainerLimit => Whole(Text(Limit));

    private static long? OfMachine(string name) => 1024 * Named(Machine, name);

    private static long? Least(long? one, long? other) => one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;

    /// <summary>A number behind its name, in a file of one such pair a line.</summary>
    private static long? Named(string path, string name) =>
        Text(path)
            ?.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 1 && words[0] == name)
            .Select(words => Whole(words[1]))
            .FirstOrDefault();

    private static string? Text(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long? Whole(string? text) =>
        long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
