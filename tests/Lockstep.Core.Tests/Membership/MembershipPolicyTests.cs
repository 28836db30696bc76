using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Topology;
using static Lockstep.Core.Tests.Membership.RunOfTwo;

namespace Lockstep.Core.Tests.Membership;

/// <summary>How a run begins, trains and ends; <see cref="LossPolicyTests"/> has what happens when a worker is lost.</summary>
public class MembershipPolicyTests
{
    [Fact]
    public void Decide_OneOfTwoLoaded_Waits()
    {
        var decision = Decide(RunState.Waiting, 5, Worker("w0", WorkerStage.Loaded));
        Assert.Equal(RunState.Waiting, decision.Next);
        Assert.Contains("1 of 2", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_AllLoaded_Forms() =>
        Assert.Equal(
            RunState.Forming,
            Decide(RunState.Waiting, 5, Worker("w0", WorkerStage.Loaded), Worker("w1", WorkerStage.Loaded)).Next
        );

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
        var decision = Decide(
            RunState.Waiting,
            5,
            Worker("w0", WorkerStage.Loaded),
            Worker("w1", WorkerStage.Loaded) with
            {
                Fingerprint = "other",
            }
        );
        Assert.Equal((RunState.Failed, ExitCodes.BadInput), (decision.Next, decision.ExitCode));
    }

    [Fact]
    public void Decide_NotConnectedInTime_FailsAndNamesThem()
    {
        var decision = Decide(RunState.Forming, 61, Member(0, WorkerStage.Ready), Member(1, WorkerStage.Loaded));
        Assert.Equal(RunState.Failed, decision.Next);
        Assert.Contains("worker w1 (replica 0, shard 1), process 1 on host did not connect", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_AllReady_Runs()
    {
        Assert.Equal(RunState.Forming, Decide(RunState.Forming, 5, Member(0, WorkerStage.Ready), Member(1, WorkerStage.Loaded)).Next);
        Assert.Equal(RunState.Running, Decide(RunState.Forming, 5, Member(0, WorkerStage.Ready), Member(1, WorkerStage.Ready)).Next);
    }

    [Fact]
    public void Decide_AllFinished_FinishesOnceTheLastCheckpointIsWhole()
    {
        var finished = Snapshot(RunState.Running, Member(0, WorkerStage.Finished), Member(1, WorkerStage.Finished));
        Assert.Equal(RunState.Running, MembershipPolicy.Decide(Start, finished with { IsSaving = true }, Options).Next);
        Assert.Equal((RunState.Finished, ExitCodes.Done), Outcome(MembershipPolicy.Decide(Start, finished, Options)));
    }

    [Theory]
    [InlineData(RunState.Running, WorkerStage.Finished)]
    [InlineData(RunState.Draining, WorkerStage.Drained)]
    public void Decide_LastSaveFailed_TriesAgainThenSaysThatItIsNotSaved(RunState state, WorkerStage stage)
    {
        var ended = Snapshot(state, Member(0, stage) with { LastStep = 7 }, Member(1, stage) with { LastStep = 7 }) with { SavedStep = 5 };
        var failed = ended with { FailedSave = new FailedSave(7, "No space left on device.", Start.AddSeconds(1), Start.AddSeconds(9)) };
        Decision At(int seconds) => MembershipPolicy.Decide(Start.AddSeconds(seconds), failed, Options);

        Assert.Equal(state, At(10).Next); // a moment for the disk
        Assert.Equal(RunState.Settling, At(11).Next);
        Assert.Equal((RunState.Failed, ExitCodes.Failed), Outcome(At(26)));
        Assert.All([At(10), At(11), At(26)], d => Assert.Contains("No space left on device.", d.Reason, StringComparison.Ordinal));
        Assert.All([At(10), At(11), At(26)], d => Assert.DoesNotContain("which is saved", d.Reason, StringComparison.Ordinal));
        Assert.Equal(RunState.Settling, MembershipPolicy.Decide(Start, ended, Options).Next); // nobody knows what became of it
        Assert.Equal(RunState.Finished, MembershipPolicy.Decide(Start, failed with { SavedStep = 7 }, Options).Next);
    }

    [Fact]
    public void Decide_FinishedWorkersSettleToSaveAgain_AreWaitedFor()
    {
        var settling = Snapshot(RunState.Settling, Member(0, WorkerStage.Finished), Member(1, WorkerStage.Finished));
        Assert.Equal(RunState.Settling, MembershipPolicy.Decide(Start, settling, Options).Next);
        Assert.Equal(RunState.Running, MembershipPolicy.Decide(Start, settling with { EndsAtBorder = true }, Options).Next);
    }

    /// <summary>A new process has the name of a member: the plan in force never reached it, and it will never be ready.</summary>
    [Theory]
    [InlineData(RunState.Forming)]
    [InlineData(RunState.Running)]
    [InlineData(RunState.Draining)]
    public void Decide_MemberThatHasLeftItsGeneration_EndsTheGenerationInEveryState(RunState state) =>
        Assert.Equal(RunState.Settling, Decide(state, 1, Member(0, WorkerStage.Ready), Stopped(1)).Next);

    /// <summary>
    /// A policy that waits for somebody must end the wait by itself: whatever stages the members are in, time alone leads out of every
    /// state but that of a training in which everybody makes progress.
    /// </summary>
    [Fact]
    public void Decide_AnyStagesOfTheMembers_NoStateLastsForEver()
    {
        var stages = Enum.GetValues<WorkerStage>();
        foreach (var state in new[] { RunState.Waiting, RunState.Forming, RunState.Running, RunState.Settling, RunState.Draining })
        {
            foreach (var first in stages)
            {
                foreach (var second in stages)
                {
                    foreach (bool drain in new[] { false, true })
                    {
                        var snapshot = Snapshot(state, Member(0, first) with { LastStep = 7 }, Member(1, second) with { LastStep = 7 }) with
                        {
                            DrainAsked = drain,
                            SavedStep = 7,
                            Generation = 1,
                        };
                        Assert.True(
                            MembershipPolicy.Decide(Start.AddHours(1), snapshot, Options).Next != state,
                            $"{state} with {first} and {second}"
                        );
                    }
                }
            }
        }
    }

    [Fact]
    public void Decide_OneReplicaAndACheckpointBeingCompleted_WaitsForItBeforeTheNextGeneration()
    {
        var settled = Snapshot(RunState.Settling, Stopped(0), Stopped(1)) with { Replicas = 1 };
        Assert.Equal(RunState.Settling, MembershipPolicy.Decide(Start, settled with { IsPublishing = true }, Options).Next);
        Assert.Equal(RunState.Waiting, MembershipPolicy.Decide(Start, settled, Options).Next);
    }

    [Fact]
    public void Decide_DrainAskedBetweenGenerations_FormsOneMoreOnlyWhereStepsAreNotSaved()
    {
        WorkerSnapshot[] newcomers = [Worker("w0", WorkerStage.Loaded), Worker("w1", WorkerStage.Loaded)];
        var asked = Snapshot(RunState.Waiting, newcomers) with { DrainAsked = true };
        Assert.Equal((RunState.Finished, ExitCodes.Interrupted), Outcome(MembershipPolicy.Decide(Start, asked, Options)));
        var saved = asked with { SavedStep = 7, Workers = [Stopped(0) with { Standing = new Standing(1, 0, 2, 7, false) }] };
        Assert.Equal((RunState.Finished, ExitCodes.Interrupted), Outcome(MembershipPolicy.Decide(Start, saved, Options)));
        var survivor = Stopped(0) with { Standing = new Standing(1, 0, 2, 7, false) };
        Assert.Equal(RunState.Waiting, MembershipPolicy.Decide(Start, asked with { IsPublishing = true }, Options).Next);
        var holding = Snapshot(RunState.Waiting, survivor, newcomers[1]) with { DrainAsked = true };
        Assert.Equal(RunState.Forming, MembershipPolicy.Decide(Start, holding, Options).Next);
    }

    [Fact]
    public void Decide_DrainAsked_DrainsUntilAllHaveStoppedAndSaved()
    {
        var asked = Snapshot(RunState.Running, Member(0, WorkerStage.Ready), Member(1, WorkerStage.Ready)) with { DrainAsked = true };
        Assert.Equal(RunState.Draining, MembershipPolicy.Decide(Start, asked, Options).Next);
        Assert.Equal(RunState.Draining, Decide(RunState.Draining, 1, Member(0, WorkerStage.Drained), Member(1, WorkerStage.Ready)).Next);
        var drained = Snapshot(RunState.Draining, Member(0, WorkerStage.Drained), Member(1, WorkerStage.Drained) with { LastStep = 7 }) with
        {
            SavedStep = 7,
        };
        Assert.Equal(RunState.Draining, MembershipPolicy.Decide(Start, drained with { IsSaving = true }, Options).Next);
        var decision = MembershipPolicy.Decide(Start, drained, Options);
        Assert.Equal((RunState.Finished, ExitCodes.Interrupted), Outcome(decision));
        Assert.Contains("step 7", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_DrainedForACoordinatorThatIsGone_DrainsOn() =>
        Assert.Equal(RunState.Draining, Decide(RunState.Running, 1, Member(0, WorkerStage.Drained), Member(1, WorkerStage.Ready)).Next);

    [Fact]
    public void Decide_AwayAfterTheReturnTime_Settles()
    {
        WorkerSnapshot[] workers = [Member(0, WorkerStage.Ready), Member(1, WorkerStage.Away)];
        Assert.Equal(RunState.Running, Decide(RunState.Running, 44, workers).Next);
        Assert.Equal(RunState.Settling, Decide(RunState.Running, 45, workers).Next);
    }

    [Fact]
    public void Decide_ElasticAndTooFewWorkers_GoesOnWithWholeReplicasAfterAWhile()
    {
        var elastic = Options with { Topology = new RunTopology(3, 2), LeastReplicas = 1, MostRestarts = 1 };
        WorkerSnapshot[] five = [.. Enumerable.Range(0, 5).Select(i => Worker($"w{i}", WorkerStage.Loaded))];
        Assert.Equal(RunState.Waiting, MembershipPolicy.Decide(Start.AddSeconds(9), Snapshot(RunState.Waiting, five), elastic).Next);
        var decision = MembershipPolicy.Decide(Start.AddSeconds(10), Snapshot(RunState.Waiting, five), elastic);
        Assert.Equal((RunState.Forming, 2), (decision.Next, decision.Replicas));
    }

    [Fact]
    public void Decide_ElasticAndAWholeReplicaHasCome_TakesItIn()
    {
        var elastic = Options with { Topology = new RunTopology(2, 2), LeastReplicas = 1 };
        var small = Snapshot(
            RunState.Running,
            Member(0, WorkerStage.Ready),
            Member(1, WorkerStage.Ready),
            Worker("w2", WorkerStage.Loaded)
        ) with
        {
            Replicas = 1,
        };
        Assert.Equal(RunState.Running, MembershipPolicy.Decide(Start, small, elastic).Next);
        Assert.Equal(
            RunState.Settling,
            MembershipPolicy.Decide(Start, small with { Workers = [.. small.Workers, Worker("w3", WorkerStage.Loaded)] }, elastic).Next
        );
    }

    [Theory]
    [InlineData(RunState.Finished)]
    [InlineData(RunState.Failed)]
    public void Decide_EndedRun_StaysAsItIs(RunState state) => Assert.Equal(state, Decide(state, 5, Lost(0)).Next);
}
