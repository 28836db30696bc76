using System.Globalization;
using Lockstep.Core.Texts;

namespace Lockstep.Core.Machines;

/// <summary>What a machine has room for.</summary>
/// <param name="Cores">Processors that a process may use.</param>
/// <param name="MemoryBytes">All of its memory, or of the container's.</param>
public sealed record MachineRoom(int Cores, long MemoryBytes)
{
    /// <summary>The machine or container that this process runs on.</summary>
    public static MachineRoom Here { get; } = new(Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>
    /// More than this one process hardly gains from, whatever the machine; a run goes on elsewhere with the threads that it was begun with.
    /// </summary>
    private const int ManyThreads = 256,
        ThreadsForACore = 4;

    /// <summary>The most threads that one process may be given.</summary>
    public int MostThreads => Math.Max(ManyThreads, ThreadsForACore * Cores);

    /// <summary>What is wrong with a number of threads; null where nothing is.</summary>
    /// <param name="name">The name of the option or setting.</param>
    /// <param name="threads">The threads of one process.</param>
    public string? ThreadProblem(string name, int threads) =>
        threads >= 1 && threads <= MostThreads
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{name} is {threads}; it must be 1 to {MostThreads} on this machine of {Cores} {Count.Noun(Cores, "core")}."
            );

    /// <summary>Why a run does not fit into this machine's memory, by the recipe's own estimate; null where it may fit.</summary>
    /// <param name="workers">The workers of the layout.</param>
    /// <param name="spares">Workers that stand by.</param>
    /// <param name="workerBytes">The bytes of memory of one worker of the layout.</param>
    /// <param name="processBytes">The bytes of memory of a worker without a net.</param>
    public string? MemoryProblem(int workers, int spares, double workerBytes, double processBytes)
    {
        double needed = workers * workerBytes + spares * processBytes;
        if (needed <= MemoryBytes)
            return null;
        string who = $"{workers} {Count.Noun(workers, "worker")}" + (spares == 0 ? "" : $" and {spares} {Count.Noun(spares, "spare")}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{who} would need about {needed / 1e9:0.0} GB of memory, and this machine has {MemoryBytes / 1e9:0.0} GB; use fewer "
                + $"(--replicas, --spares), a smaller --batch, or --micro-batches."
        );
    }
}
