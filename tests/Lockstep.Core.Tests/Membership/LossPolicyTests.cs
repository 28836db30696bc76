using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using static Lockstep.Core.Tests.Membership.RunOfTwo;

namespace Lockstep.Core.Tests.Membership;

/// <summary>What the policy decides when workers are lost, hang, fail or leave, and whom it names.</summary>
public class LossPolicyTests
{
    [Fact]
    public void Decide_LostWorker_HearsTheOthersFirst()
    {
        WorkerSnapshot[] workers = [Member(0, WorkerStage.Ready), Lost(1)];
        Assert.Equal(RunState.Settling, Decide(RunState.Running, 5, workers).Next);
        Assert.Equal(RunState.Settling, Decide(RunState.Settling, 1, workers).Next);
    }

    [Fact]
    public void Decide_LossAndRestartsLeft_WaitsForAReplacement()
    {
        var settled = Snapshot(RunState.Settling, Stopped(0), Lost(1)) with { Restarts = 2 };
        Assert.Equal(RunState.Waiting, MembershipPolicy.Decide(Start, settled, Options with { MostRestarts = 3 }).Next);
    }

    [Fact]
    public void Decide_LossAndRestartsLeft_SaysWhatKindOfLoss()
    {
        var (connected, restarts) = (
            Member(1, WorkerStage.Ready) with
            {
                Heard = Start,
            },
            Options with
            {
                MostRestarts = 3,
                SilenceTime = TimeSpan.FromSeconds(20),
            }
        );
        RestartCause Cause(double seconds, params WorkerSnapshot[] workers)
        {
            var decision = MembershipPolicy.Decide(Start + TimeSpan.FromSeconds(seconds), Snapshot(RunState.Settling, workers), restarts);
            Assert.Equal((RunState.Waiting, "w1"), (decision.Next, decision.Missed));
            return decision.Cause;
        }
        Assert.Equal(RestartCause.Lost, Cause(0, Stopped(0), Lost(1)));
        // its process has ended, and the coordinator has yet to hear it
        Assert.Equal(RestartCause.Lost, Cause(2, Stopped(0) with { Blames = 1 }, connected));
        Assert.Equal(RestartCause.Hung, Cause(0, Stopped(0) with { Blames = 1, BlamesForLateness = true }, connected));
        Assert.Equal(RestartCause.Hung, Cause(21, Stopped(0), connected));
        Assert.Equal(RestartCause.Failed, Cause(0, Stopped(0), connected with { Stage = WorkerStage.Failed }));
    }

    [Fact]
    public void Decide_LossAndNoRestartLeft_FailsAndNamesTheOption()
    {
        var settled = Snapshot(RunState.Settling, Stopped(0), Lost(1)) with { Restarts = 3 };
        var decision = MembershipPolicy.Decide(Start, settled, Options with { MostRestarts = 3 });
        Assert.Equal((RunState.Failed, ExitCodes.Failed), Outcome(decision));
        Assert.EndsWith("It was loss 4 of this run; 3 are allowed (--max-restarts).", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_LostWorkerThatAnotherMissed_EndsInTheWordsOfTheOneThatMissedIt()
    {
        var decision = Decide(
            RunState.Settling,
            0,
            Stopped(0) with
            {
                Blames = 1,
                Problem = "worker w1 was lost during reduce 2 of step 41",
            },
            Lost(1)
        );
        Assert.Equal((RunState.Failed, ExitCodes.Failed), Outcome(decision));
        Assert.Equal("worker w1 was lost during reduce 2 of step 41", decision.Reason);
    }

    [Fact]
    public void Decide_LostWorkerAndSilentSurvivor_NamesItWithSlotProcessAndStep()
    {
        var decision = Decide(RunState.Settling, 3, Member(0, WorkerStage.Ready), Lost(1));
        Assert.Equal(RunState.Failed, decision.Next);
        Assert.Equal("worker w1 (replica 0, shard 1), process 1 on host, was lost after step 41: its connection broke.", decision.Reason);
    }

    [Fact]
    public void Decide_BlamesInAChain_NamesTheOneAtItsEnd()
    {
        var decision = Decide(
            RunState.Settling,
            2,
            Stopped(0) with
            {
                Blames = 1,
                Problem = "w1 left",
            },
            Stopped(1) with
            {
                Blames = 2,
                Problem = "w2 did not come within 60 s",
            },
            Member(2, WorkerStage.Ready)
        );
        Assert.Equal((RunState.Failed, "w2 did not come within 60 s"), (decision.Next, decision.Reason));
    }

    [Fact]
    public void Decide_WorkerWhoseConnectionBroke_IsGivenTimeToSayWhy()
    {
        var options = Options with { MostRestarts = 1 };
        WorkerSnapshot[] workers = [Stopped(0) with { Blames = 1, Problem = "w1 left" }, Member(1, WorkerStage.Ready)];
        RunState After(double seconds, params WorkerSnapshot[] now) =>
            MembershipPolicy.Decide(Start.AddSeconds(seconds), Snapshot(RunState.Settling, now), options).Next;
        Assert.Equal(RunState.Settling, After(1.9, workers));
        Assert.Equal(RunState.Waiting, After(2, workers));
        Assert.Equal(RunState.Waiting, After(0, workers[0], Lost(1))); // its process has ended
        Assert.Equal(RunState.Waiting, After(0, workers[0] with { BlamesForLateness = true }, workers[1])); // it hangs
        var failed = MembershipPolicy.Decide(
            Start,
            Snapshot(RunState.Settling, workers[0], Member(1, WorkerStage.Failed) with { Problem = "the disk is gone" }),
            options
        );
        Assert.Equal((RunState.Waiting, "w1", RestartCause.Failed), (failed.Next, failed.Missed, failed.Cause));
        Assert.EndsWith("the disk is gone", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_OneFailedAndAnotherLost_TellsTheOneThatFailed()
    {
        var decision = Decide(RunState.Settling, 5, Lost(0), Member(1, WorkerStage.Failed) with { Problem = "the disk is gone" });
        Assert.Contains(
            "w1 (replica 0, shard 1), process 1 on host, failed before its first step: the disk is gone",
            decision.Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Decide_FatalError_EndsTheRunWithItsExitCodeWhateverTheState()
    {
        var fatal = Worker("w1", WorkerStage.Failed) with
        {
            Problem = "the file is truncated",
            ExitCode = ExitCodes.BadInput,
            IsFatal = true,
        };
        foreach (var state in new[] { RunState.Waiting, RunState.Forming, RunState.Running, RunState.Settling, RunState.Draining })
        {
            var decision = Decide(state, 5, Worker("w0", WorkerStage.Lost), fatal);
            Assert.Equal((RunState.Failed, ExitCodes.BadInput), Outcome(decision));
            Assert.Contains("the file is truncated", decision.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Decide_WorkerLeavesAtABorder_SettlesThenWaits()
    {
        Assert.Equal(RunState.Settling, Decide(RunState.Running, 0, Member(0, WorkerStage.Ready), Stopped(1)).Next);
        Assert.Equal(RunState.Waiting, Decide(RunState.Settling, 0, Stopped(0), Stopped(1)).Next);
    }

    [Fact]
    public void Decide_WorkerThatTellsNothing_IsMissedAndNamedWithTheOption()
    {
        var options = Options with { SilenceTime = TimeSpan.FromSeconds(10), MostRestarts = 1 };
        WorkerSnapshot[] workers =
        [
            Member(0, WorkerStage.Ready) with
            {
                LastStep = 4,
            },
            Member(1, WorkerStage.Ready) with
            {
                Heard = Start.AddSeconds(9),
            },
        ];
        Assert.Equal(RunState.Running, MembershipPolicy.Decide(Start.AddSeconds(10), Snapshot(RunState.Running, workers), options).Next);
        var decision = MembershipPolicy.Decide(Start.AddSeconds(11), Snapshot(RunState.Running, workers), options);
        Assert.Equal(RunState.Settling, decision.Next);
        Assert.Contains(
            "w0 (replica 0, shard 0), process 1 on host, was lost after step 4: it has made no progress for 11 s",
            decision.Reason,
            StringComparison.Ordinal
        );
        Assert.Contains("--deadline", decision.Reason, StringComparison.Ordinal);
        var settled = Snapshot(RunState.Settling, workers[0], Stopped(1));
        Assert.Equal(
            (RunState.Waiting, "w0"),
            (MembershipPolicy.Decide(Start.AddSeconds(15), settled, options) is var d ? d.Next : default, d.Missed)
        );
    }
}
