using Lockstep.Core.Membership;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Tests.Membership;

/// <summary>Snapshots of a run of one replica of two shards, for the policy to decide on.</summary>
internal static class RunOfTwo
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly MembershipOptions Options = new(new RunTopology(1, 2), TimeSpan.FromSeconds(60));

    public static Decision Decide(RunState state, int seconds, params WorkerSnapshot[] workers) =>
        MembershipPolicy.Decide(Start.AddSeconds(seconds), Snapshot(state, workers), Options);

    public static MembershipSnapshot Snapshot(RunState state, params WorkerSnapshot[] workers) => new(state, Start, workers);

    public static (RunState Next, int ExitCode) Outcome(Decision decision) => (decision.Next, decision.ExitCode);

    public static WorkerSnapshot Worker(string id, WorkerStage stage) =>
        new(id, "host", 1, "http://host:1", stage) { Fingerprint = "same" };

    public static WorkerSnapshot Member(int rank, WorkerStage stage) => Worker($"w{rank}", stage) with { Rank = rank, Heard = Start };

    public static WorkerSnapshot Stopped(int rank) => Member(rank, WorkerStage.Stopped);

    public static WorkerSnapshot Lost(int rank) => Member(rank, WorkerStage.Lost) with { LastStep = 41, Problem = "its connection broke" };
}
