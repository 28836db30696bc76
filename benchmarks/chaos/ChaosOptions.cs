using Lockstep.Core.Plans;

namespace AlexNet.ChaosBenchmark;

/// <summary>What the user asks for.</summary>
internal sealed record ChaosOptions
{
    /// <summary>How long processes are killed.</summary>
    public required double Minutes { get; init; }

    public required int Seed { get; init; }

    /// <summary>Seconds between two kills, on average; single ones lie between half and one and a half of it.</summary>
    public required double EverySeconds { get; init; }

    /// <summary>Leaves the coordinator and the workers that stand by alone.</summary>
    public required bool OnlyWorkers { get; init; }

    /// <summary>Stops a process for good in place of killing it.</summary>
    public required bool Hangs { get; init; }

    public required int Spares { get; init; }

    /// <summary>Replicas of the layout.</summary>
    public required int Replicas { get; init; }

    /// <summary>Shards of each, or the workers of a hybrid.</summary>
    public required int Shards { get; init; }

    /// <summary>towers or hybrid.</summary>
    public required string Plan { get; init; }

    /// <summary>Whether other workers keep parts that exist once.</summary>
    public required Protection Protection { get; init; }

    /// <summary>Holds the runs.</summary>
    public required string Directory { get; init; }
}
