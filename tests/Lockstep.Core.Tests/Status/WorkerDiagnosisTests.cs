using Lockstep.Core.Membership;
using Lockstep.Core.Status;

namespace Lockstep.Core.Tests.Status;

public class WorkerDiagnosisTests
{
    private static readonly WorkerSighting Training = new(WorkerStage.Ready, HasSlot: true)
    {
        LastStep = 40,
        StepSeconds = 0.1,
        SilentSeconds = 0.1,
    };

    [Fact]
    public void Of_TrainingLikeTheOthers_IsGood() =>
        Expect(WorkerHealth.Good, "It trains.", Training with { OwnTime = new(0.08, 1.2, "forward") });

    [Theory]
    [InlineData(0.9, WorkerHealth.Good)]
    [InlineData(1.2, WorkerHealth.Slow)]
    [InlineData(2.6, WorkerHealth.Hung)]
    public void Of_OwnWorkThatStandsStill_IsSlowAndThenHung(double seconds, WorkerHealth expected) =>
        Expect(
            expected,
            expected == WorkerHealth.Good ? "trains" : "forward of step 41",
            Training with
            {
                Standstill = new("forward of step 41", seconds, null),
            }
        );

    [Theory]
    [InlineData(20, WorkerHealth.Good)]
    [InlineData(40, WorkerHealth.Slow)]
    [InlineData(60, WorkerHealth.Hung)]
    public void Of_LongSteps_TakeTheirTime(double seconds, WorkerHealth expected) =>
        Assert.Equal(expected, Of(Training with { StepSeconds = 10, Standstill = new("forward of step 41", seconds, null) }).Health);

    [Theory]
    [InlineData(29, WorkerHealth.Good)]
    [InlineData(31, WorkerHealth.Hung)]
    public void Of_TheFirstStep_MayTakeLong(double seconds, WorkerHealth expected) =>
        Assert.Equal(
            expected,
            Of(Training with { LastStep = 0, StepSeconds = 0, Standstill = new("forward of step 1", seconds, null) }).Health
        );

    [Fact]
    public void Of_WaitingForAnother_IsNotToBlame() =>
        Expect(
            WorkerHealth.Waiting,
            "It waits for worker w1 (replica 0, shard 1) in forward 2 of step 41, for 4.0 s so far.",
            Training with
            {
                Standstill = new("forward 2 of step 41", 4, "worker w1 (replica 0, shard 1)"),
            }
        );

    [Fact]
    public void Of_NoWordAtAll_IsHung() =>
        Expect(
            WorkerHealth.Hung,
            "It has said nothing for 3.5 s, since step 40; a whole step takes 0.10 s.",
            Training with
            {
                SilentSeconds = 3.5,
            }
        );

    [Fact]
    public void Of_MoreOwnTimeThanTheMedian_IsSlow() =>
        Expect(
            WorkerHealth.Slow,
            "Its own work takes 2.0 times as long as the median worker's, 0.08 s a step; most of the excess is in load.",
            Training with
            {
                OwnTime = new(0.08, 2, "load"),
            }
        );

    [Fact]
    public void Of_MoreOwnTimeThatCostsNobodyAnything_IsGood() =>
        Assert.Equal(WorkerHealth.Good, Of(Training with { OwnTime = new(0.004, 2, "load") }).Health);

    [Theory]
    [InlineData(WorkerStage.Lost, WorkerHealth.Gone)]
    [InlineData(WorkerStage.Failed, WorkerHealth.Gone)]
    [InlineData(WorkerStage.Joined, WorkerHealth.Joining)]
    [InlineData(WorkerStage.Loaded, WorkerHealth.Joining)]
    [InlineData(WorkerStage.Stopped, WorkerHealth.Waiting)]
    [InlineData(WorkerStage.Away, WorkerHealth.Waiting)]
    [InlineData(WorkerStage.Drained, WorkerHealth.Done)]
    [InlineData(WorkerStage.Finished, WorkerHealth.Done)]
    public void Of_AStageThatDoesNotTrain_IsToldByTheStage(WorkerStage stage, WorkerHealth expected) =>
        Assert.Equal(expected, Of(Training with { Stage = stage, SilentSeconds = 100 }).Health);

    [Fact]
    public void Of_ALostWorker_TellsItsProblem() =>
        Expect(WorkerHealth.Gone, "Its connection closed.", Training with { Stage = WorkerStage.Lost, Problem = "its connection closed" });

    [Fact]
    public void Of_LoadedWithoutASlot_StandsBy() =>
        Assert.Equal(WorkerHealth.Spare, Of(new WorkerSighting(WorkerStage.Loaded, HasSlot: false)).Health);

    [Fact]
    public void Of_ReadyBeforeTheOthers_Waits() =>
        Assert.Equal(WorkerHealth.Waiting, WorkerDiagnosis.Of(Training with { SilentSeconds = 20 }, RunState.Forming).Health);

    private static WorkerDiagnosis Of(WorkerSighting sighting) => WorkerDiagnosis.Of(sighting, RunState.Running);

    private static void Expect(WorkerHealth health, string why, WorkerSighting sighting)
    {
        var found = Of(sighting);
        Assert.Equal(health, found.Health);
        Assert.Contains(why, found.Why, StringComparison.Ordinal);
    }
}
