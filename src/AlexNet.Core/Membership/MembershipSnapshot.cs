using AlexNet.Core.Topology;

namespace AlexNet.Core.Membership;

/// <summary>The membership of a run at one moment.</summary>
/// <param name="State">Where the run stands.</param>
/// <param name="Since">When it came into that state.</param>
/// <param name="Workers">In the order of joining.</param>
public sealed record MembershipSnapshot(RunState State, DateTimeOffset Since, IReadOnlyList<WorkerSnapshot> Workers);

/// <summary>What a run's owner asks of its membership.</summary>
/// <param name="Topology">How many workers, and their slots.</param>
/// <param name="JoinTimeout">How long a run waits for workers to join and read their data, and then to connect.</param>
public sealed record MembershipOptions(RunTopology Topology, TimeSpan JoinTimeout)
{
    /// <summary>How long the workers of a broken generation are given to report; they need as long as the arithmetic they are in.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(3);
}

/// <summary>What is to be done, and why.</summary>
/// <param name="Next">The state to go to; the present one if nothing changes.</param>
/// <param name="Reason">A full sentence for people.</param>
/// <param name="ExitCode">For a failed run.</param>
public sealed record Decision(RunState Next, string Reason, int ExitCode = Errors.ExitCodes.Done);
