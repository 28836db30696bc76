using Lockstep.Coordinator.Generations;
using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Turns;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Tests.Run;

/// <summary>What a generation goes on from is read while the loop goes on, however large the checkpoint is.</summary>
public class PreparationTests
{
    private readonly ScriptedRun _run = new(ScriptedRun.OptionsOf(replicas: 1, shards: 2)) { Checkpoint = ScriptedRun.CheckpointOf(4) };

    public PreparationTests()
    {
        _run.Train("w0", "w1");
        for (int step = 1; step <= 6; step++)
            _run.Step(step, "w0", "w1");
        _run.HoldsPreparations = true;
        _run.Leave("w1");
        _run.Stopped("w0", applied: 6, lostRank: 1);
        Assert.Equal(RunState.Waiting, _run.State);
        _run.JoinAndLoad("w2");
    }

    [Fact]
    public void Take_WhileACheckpointIsVerified_AnswersEverything()
    {
        Assert.True(Assert.Single(_run.Preparations).IsOfCheckpoint);
        Assert.Equal(RunState.Waiting, _run.State);
        Assert.EndsWith("The newest checkpoint is being verified.", _run.Look().Reason, StringComparison.Ordinal);
        Assert.Null(_run.Join("w3"));
        Assert.Null(_run.Say("w0", new() { Alive = new Alive() }));
        Assert.Contains("waiting", _run.Ask(new SaveWanted()), StringComparison.Ordinal);
        _run.Pass(300); // longer than any deadline
        Assert.Single(_run.Preparations);
        _run.GivePreparation();
        Assert.Equal((RunState.Forming, 2L, 4L), (_run.State, _run.Generation, _run.Standing.Plan?.StartStep));
        Assert.Equal("step-00000004", _run.Standing.Plan?.Checkpoint);
        Assert.Equal([1, 2, 3, 4], _run.RecordedSteps); // the others are made again
        _run.Ready("w0", "w2");
        Assert.Equal(GenerationBegun.Types.Source.Checkpoint, _run.Told.Last(e => e.Generation is not null).Generation.Source);
        _run.Step(5, "w0", "w2");
        Assert.Equal([1, 2, 3, 4, 5], _run.RecordedSteps);
    }

    [Fact]
    public void Take_AWorkerThatIsLostWhileACheckpointIsVerified_IsInNoPlan()
    {
        _run.Leave("w2");
        _run.GivePreparation();
        Assert.Equal((RunState.Waiting, 1L), (_run.State, _run.Generation));
        _run.JoinAndLoad("w4");
        Assert.Empty(_run.Preparations); // what was read still holds
        Assert.Equal(["w0", "w4"], _run.Standing.Plan?.Members.Select(m => m.WorkerId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Take_ANewerCheckpointMeanwhile_IsReadInstead()
    {
        _run.Take(new Published(new CheckpointSaved { Step = 6 }));
        Assert.Equal(2, _run.Preparations.Count);
        _run.GivePreparation();
        Assert.Equal(RunState.Waiting, _run.State);
        _run.Checkpoint = ScriptedRun.CheckpointOf(6);
        _run.GivePreparation();
        Assert.Equal(6, _run.Standing.Plan?.StartStep);
    }

    [Fact]
    public void Take_AStopWhileACheckpointIsVerified_EndsTheRunAtOnce()
    {
        Assert.Null(_run.Ask(new StopWanted()));
        Assert.Equal(RunState.Failed, _run.State);
        _run.GivePreparation();
        Assert.Equal((RunState.Failed, 1L), (_run.State, _run.Generation));
    }

    [Fact]
    public void Take_NoCheckpoint_BeginsAnew()
    {
        _run.Checkpoint = null;
        _run.GivePreparation();
        Assert.Equal((0L, null), (_run.Standing.Plan?.StartStep, _run.Standing.Plan?.Checkpoint));
        Assert.Empty(_run.RecordedSteps);
    }

    [Fact]
    public void Take_ARecipeThatEndsBeforeTheCheckpoint_IsRefusedAndForgetsNothing()
    {
        _run.Checkpoint = ScriptedRun.CheckpointOf(51); // five epochs of ten steps
        _run.GivePreparation();
        Assert.Equal((RunState.Failed, ExitCodes.BadInput), (_run.State, _run.Standing.ExitCode));
        Assert.DoesNotContain(_run.Effects, e => e is KeepRecords);
        Assert.Single(_run.Effects.OfType<KeepPlan>());
    }
}
