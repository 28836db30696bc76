using Lockstep.Core.Timings;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Membership;

/// <summary>What a run's owner asks of its membership.</summary>
/// <param name="Topology">How many workers, and their slots.</param>
/// <param name="JoinTimeout">How long a run waits for workers to join and read their data, and then to connect.</param>
public sealed record MembershipOptions(RunTopology Topology, TimeSpan JoinTimeout)
{
    /// <summary>
    /// The fewest replicas that may train while others are missing; as many as the topology has where the run is not elastic.
    /// </summary>
    public int LeastReplicas { get; init; } = Topology.Replicas;

    /// <summary>How long an elastic run waits for a replacement before it goes on with fewer replicas.</summary>
    public TimeSpan ReplacementTime { get; init; } = LivenessTimings.Standard.ReplacementTime;

    /// <summary>How long the workers of a broken generation are given to report; they need as long as the arithmetic they are in.</summary>
    public TimeSpan SettleTime { get; init; } = LivenessTimings.Standard.SettleTime;

    /// <summary>
    /// How long a worker whose connection to another broke is given to say itself what has happened: the other may have noticed first.
    /// </summary>
    public TimeSpan WordsTime { get; init; } = LivenessTimings.Standard.WordsTime;

    /// <summary>How long a coordinator that was started again waits for the workers of the generation in force to come back.</summary>
    public TimeSpan ReturnTime { get; init; } = LivenessTimings.Standard.ReturnTime;

    /// <summary>How long a worker that trains may tell nothing before it is taken for hung.</summary>
    public TimeSpan SilenceTime { get; init; } = LivenessTimings.Standard.SilenceDeadlines * LivenessTimings.Standard.Deadline;

    /// <summary>How long a last save that fails is tried again.</summary>
    public TimeSpan SaveTime { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>The time from a last save that failed to the next attempt.</summary>
    public TimeSpan SaveRetryInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Losses after which a run goes on.</summary>
    public int MostRestarts { get; init; }

    /// <summary>Whether replicas may come and go.</summary>
    public bool IsElastic => LeastReplicas < Topology.Replicas;
}
