using AlexNet.Core.Errors;
using AlexNet.Core.Membership;
using AlexNet.Core.Topology;

namespace AlexNet.Core.Tests.Membership;

public class MembershipPolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly MembershipOptions Options = new(new RunTopology(1, 2), TimeSpan.FromSeconds(60));

    [Fact]
    public void Decide_OneOfTwoLoaded_Waits()
    {
        var decision = Decide(RunState.Waiting, 5, Worker("w0", WorkerStage.Loaded));
        Assert.Equal(RunState.Waiting, decision.Next);
        Assert.Contains("1 of 2", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_AllLoaded_Forms() =>
        Assert.Equal(RunState.Forming, Decide(RunState.Waiting, 5, Worker("w0", WorkerStage.Loaded), Worker("w1", WorkerStage.Loaded)).Next);

    [Fact]
    public void Decide_JoinTimeout_FailsAndNamesWhoIsThere()
    {
        var decision = Decide(RunState.Waiting, 61, Worker("w0", WorkerStage.Joined));
        Assert.Equal(RunState.Failed, decision.Next);
        Assert.Contains("w0 on host (Joined)", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_OtherData_FailsAsBadInput()
    {
        var decision = Decide(RunState.Waiting, 5, Worker("w0", WorkerStage.Loaded), Worker("w1", WorkerStage.Loaded) with { Fingerprint = "other" });
        Assert.Equal((RunState.Failed, ExitCodes.BadInput), (decision.Next, decision.ExitCode));
    }

    [Fact]
    public void Decide_NotConnectedInTime_FailsAndNamesThem()
    {
        var decision = Decide(RunState.Forming, 61, Worker("w0", WorkerStage.Ready), Worker("w1", WorkerStage.Loaded) with { Rank = 1 });
        Assert.Equal(RunState.Failed, decision.Next);
        Assert.Contains("worker w1 (replica 0, shard 1), process 1 on host did not connect", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_AllReady_Runs() =>
        Assert.Equal(RunState.Running, Decide(RunState.Forming, 5, Worker("w0", WorkerStage.Ready), Worker("w1", WorkerStage.Ready)).Next);

    [Fact]
    public void Decide_AllFinished_Finishes() =>
        Assert.Equal(RunState.Finished, Decide(RunState.Running, 5, Worker("w0", WorkerStage.Finished), Worker("w1", WorkerStage.Finished)).Next);

    [Fact]
    public void Decide_LostWorker_HearsTheOthersFirst()
    {
        WorkerSnapshot[] workers = [Worker("w0", WorkerStage.Ready) with { Rank = 0 }, Worker("w1", WorkerStage.Lost) with { Rank = 1, LastStep = 41, Problem = "its connection broke" }];
        Assert.Equal(RunState.Settling, Decide(RunState.Running, 5, workers).Next);
        Assert.Equal(RunState.Settling, Decide(RunState.Settling, 1, workers).Next);
    }

    [Fact]
    public void Decide_LostWorkerThatAnotherMissed_EndsInTheWordsOfTheOneThatMissedIt()
    {
        var decision = Decide(RunState.Settling, 0,
            Worker("w0", WorkerStage.Failed) with { Rank = 0, Blames = 1, Problem = "worker w1 was lost during reduce 2 of step 41" },
            Worker("w1", WorkerStage.Lost) with { Rank = 1, LastStep = 41, Problem = "its connection broke" });
        Assert.Equal((RunState.Failed, ExitCodes.Failed), (decision.Next, decision.ExitCode));
        Assert.Equal("worker w1 was lost during reduce 2 of step 41", decision.Reason);
    }

    [Fact]
    public void Decide_LostWorkerAndSilentSurvivor_NamesItWithSlotProcessAndStep()
    {
        var decision = Decide(RunState.Settling, 3,
            Worker("w0", WorkerStage.Ready) with { Rank = 0 },
            Worker("w1", WorkerStage.Lost) with { Rank = 1, LastStep = 41, Problem = "its connection broke" });
        Assert.Equal(RunState.Failed, decision.Next);
        Assert.Equal("worker w1 (replica 0, shard 1), process 1 on host, was lost after step 41: its connection broke.", decision.Reason);
    }

    [Fact]
    public void Decide_BlamesInAChain_NamesTheOneAtItsEnd()
    {
        var decision = Decide(RunState.Settling, 0,
            Worker("w0", WorkerStage.Failed) with { Rank = 0, Blames = 1, Problem = "w1 left" },
            Worker("w1", WorkerStage.Failed) with { Rank = 1, Blames = 2, Problem = "w2 did not come within 60 s" },
            Worker("w2", WorkerStage.Ready) with { Rank = 2 });
        Assert.Equal((RunState.Failed, "w2 did not come within 60 s"), (decision.Next, decision.Reason));
    }

    [Fact]
    public void Decide_WorkersOwnError_ComesFirstWithItsExitCode()
    {
        var decision = Decide(RunState.Waiting, 5,
            Worker("w0", WorkerStage.Lost), Worker("w1", WorkerStage.Failed) with { Problem = "the file is truncated", ExitCode = ExitCodes.BadInput });
        Assert.Equal(ExitCodes.BadInput, decision.ExitCode);
        Assert.Contains("the file is truncated", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void InNameOrder_JoinedInAnyOrder_OrdersByName() =>
        Assert.Equal(["w1", "w2", "w10"], SlotAssigner.InNameOrder([Worker("w10", 0), Worker("w2", 0), Worker("w1", 0)]).Select(w => w.Id));

    private static Decision Decide(RunState state, int seconds, params WorkerSnapshot[] workers) =>
        MembershipPolicy.Decide(Start.AddSeconds(seconds), new MembershipSnapshot(state, Start, workers), Options);

    private static WorkerSnapshot Worker(string id, WorkerStage stage) => new(id, "host", 1, "http://host:1", stage) { Fingerprint = "same" };
}
