using Lockstep.Core.Schedules;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Plans;

/// <summary>The immutable assignment of one generation: who fills which slot, where it is reached, and the step to start from.</summary>
/// <param name="RunId">Name of the run; messages of another run are refused.</param>
/// <param name="Generation">Grows with every change of membership; stale messages are refused.</param>
/// <param name="Topology">Replicas and shards.</param>
/// <param name="Members">One for each rank, in rank order.</param>
/// <param name="StartStep">The first step of this generation.</param>
/// <param name="Deadline">How long any wait between workers may last.</param>
public sealed record Plan(
    string RunId,
    long Generation,
    RunTopology Topology,
    IReadOnlyList<Member> Members,
    long StartStep,
    TimeSpan Deadline
)
{
    /// <summary>
    /// For each rank, the rank whose weights it takes, its own where it goes on with those it has; null where all start from
    /// <see cref="Checkpoint"/>.
    /// </summary>
    public IReadOnlyList<int>? Donors { get; init; }

    /// <summary>For each rank, who keeps its part of the net; empty where each part exists more than once, or nobody is to.</summary>
    public IReadOnlyList<Keeper> Keepers { get; init; } = [];

    /// <summary>
    /// With 1, keepers make every update too; with more, they get a copy every so many steps, to which all return after a loss.
    /// </summary>
    public int KeepEvery { get; init; } = 1;

    /// <summary>Gradients may travel to keepers as factors: all workers make the same products of them, to the last bit.</summary>
    public bool KeepsFactors { get; init; }

    /// <summary>The rank whose part this one keeps; null where it keeps none.</summary>
    public int? WardOf(int rank)
    {
        int ward = Enumerable.Range(0, Keepers.Count).FirstOrDefault(r => Keepers[r].Rank == rank, -1);
        return ward >= 0 ? ward : null;
    }

    /// <summary>Directory of the checkpoint that all start from; null for the recipe's first weights, or where there are donors.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The epoch that ends with <see cref="StartStep"/> has not been evaluated yet.</summary>
    public bool EvaluateFirst { get; init; }

    /// <summary>Workers measure their speed before the first step, since what the run chooses by it is not chosen yet.</summary>
    public bool MeasuresSpeed { get; init; }

    /// <summary>Every evaluation up to <see cref="StartStep"/>, in the order of steps: schedules go on from them.</summary>
    public IReadOnlyList<Evaluation> Evaluations { get; init; } = [];
}

/// <summary>A worker in its slot.</summary>
/// <param name="Rank">Its place in the plan.</param>
/// <param name="Slot">Replica and shard.</param>
/// <param name="WorkerId">The name it joined with.</param>
/// <param name="Host">Name of its machine, for messages.</param>
/// <param name="ProcessId">Its process on that machine, for messages.</param>
/// <param name="PeerAddress">Where other workers reach it, such as http://10.0.0.7:5001.</param>
public sealed record Member(int Rank, Slot Slot, string WorkerId, string Host, int ProcessId, string PeerAddress)
{
    /// <summary>How messages name a worker: <c>worker w1 (replica 0, shard 1), process 4711 on node-b</c>.</summary>
    public override string ToString() => $"worker {WorkerId} {Slot}, process {ProcessId} on {Host}";
}
