using Lockstep.Coordinator.Checkpoints;
using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Turns;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Tests.Run;

/// <summary>Every way of a run from its first worker to its end, by a script: what is told, kept and sent, and in which order.</summary>
public class RunDirectorTests
{
    private readonly ScriptedRun _run = new(ScriptedRun.OptionsOf(replicas: 2));

    [Fact]
    public void Take_AWholeRun_GoesFromWaitingToFinishedAndTellsEveryStepOnce()
    {
        _run.Train("w0", "w1");
        Assert.Equal(["forming", "running"], _run.States);
        Assert.Equal(["Plan", "Start"], _run.Sent("w0").Select(m => $"{m.MessageCase}"));
        for (int step = 1; step <= 5; step++)
            _run.Step(step, "w0", "w1");
        Assert.Equal([1, 2, 3, 4, 5], _run.RecordedSteps);
        Assert.Equal([5], _run.Sent("w1").Where(m => m.Recorded is not null).Select(m => m.Recorded.Step));
        Finish("w0", "w1");
        Assert.Equal((RunState.Running, "The last checkpoint is being completed."), (_run.State, _run.Standing.Reason));
        _run.Publish();
        Assert.Equal((RunState.Finished, ExitCodes.Done), (_run.State, _run.Standing.ExitCode));
        Assert.Equal(CoordinatorMessage.MessageOneofCase.Goodbye, _run.Sent("w0")[^1].MessageCase);
        Assert.Empty(_run.Effects.OfType<AllLeft>());
        _run.Leave("w0");
        _run.Leave("w1");
        Assert.Single(_run.Effects.OfType<AllLeft>());
    }

    /// <summary>A coordinator that is lost at any moment leaves a ledger that knows at least what its workers know.</summary>
    [Fact]
    public void Take_AGeneration_IsInTheLedgerBeforeAnyWorkerHearsOfIt()
    {
        _run.Train("w0", "w1");
        int Of<T>(Func<T, bool>? which = null)
            where T : RunEffect => _run.Effects.FindIndex(e => e is T effect && which?.Invoke(effect) != false);
        Assert.Equal(0, Of<KeepBegin>());
        Assert.True(Of<KeepPlan>() < Of<Send>(s => s.Message.Plan is not null));
        Assert.True(Of<KeepData>() < Of<KeepStart>());
        Assert.True(Of<KeepStart>() < Of<Send>(s => s.Message.Start is not null));
    }

    [Fact]
    public void Take_ALossWithASurvivor_FormsAGenerationFromWhatItHolds()
    {
        _run.Train("w0", "w1");
        _run.Step(1, "w0", "w1");
        _run.Step(2, "w0");
        _run.Sent("w0");
        _run.Leave("w1");
        Assert.Equal(RunState.Settling, _run.State);
        Assert.Equal((false, 1), (_run.Sent("w0").Single().Regroup.AtBorder, _run.RecordedSteps.Count()));
        _run.Stopped("w0", applied: 2, lostRank: 1);
        Assert.Equal((RunState.Waiting, 1), (_run.State, _run.Standing.Restarts));
        Assert.Equal("worker of rank 1 was lost", _run.Reason); // in the words of whoever missed it
        Assert.Equal([1, 2], _run.RecordedSteps); // though w1 did not live to report it
        Assert.Equal(RestartCause.Lost, _run.Effects.OfType<CountRestart>().Single().Cause);
        _run.JoinAndLoad("w2");
        var plan = _run.Sent("w2").Single().Plan;
        Assert.Equal((2, 2), (plan.Generation, plan.StartStep));
        Assert.Equal([0, 0], _run.Standing.Plan?.Donors);
        _run.Ready("w0", "w2");
        Assert.Equal(["forming", "running", "settling", "waiting", "forming", "running"], _run.States);
        Assert.Equal(GenerationBegun.Types.Source.Live, _run.Told.Last(e => e.Generation is not null).Generation.Source);
    }

    [Fact]
    public void Take_AWorkerThatIsSilent_IsGivenUpAsHung()
    {
        _run.Train("w0", "w1");
        _run.Step(1, "w0", "w1");
        for (int second = 0; second < 12; second++)
        {
            _run.Pass(1);
            _run.Say("w0", new() { Alive = new Alive() });
        }
        Assert.Equal(RunState.Settling, _run.State);
        Assert.Contains("worker w1 (replica 1, shard 0), process 1 on host, was lost after step 1", _run.Reason, StringComparison.Ordinal);
        Assert.Contains("it has made no progress for", _run.Reason, StringComparison.Ordinal);
        _run.Stopped("w0", applied: 1);
        _run.Pass(4);
        Assert.Equal(RestartCause.Hung, _run.Effects.OfType<CountRestart>().Single().Cause);
        var abort = _run.Sent("w1")[^1].Abort;
        Assert.StartsWith("This worker was given up: ", abort.Reason, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, abort.ExitCode);
    }

    [Fact]
    public void Take_AnErrorThatEveryWorkerWouldMeet_EndsTheRunAtOnce()
    {
        _run.Train("w0", "w1");
        _run.Say(
            "w1",
            new()
            {
                Failed = new Failed
                {
                    Message = "image 'x' is broken",
                    ExitCode = ExitCodes.BadInput,
                    Fatal = true,
                },
            }
        );
        Assert.Equal((RunState.Failed, ExitCodes.BadInput), (_run.State, _run.Standing.ExitCode));
        Assert.Equal("worker w1 (replica 1, shard 0), process 1 on host, failed: image 'x' is broken", _run.Standing.Reason);
        Assert.Equal(_run.Standing.Reason, _run.Sent("w0")[^1].Abort.Reason);
    }

    [Fact]
    public void Take_OneLossTooMany_EndsTheRun()
    {
        var run = new ScriptedRun(ScriptedRun.OptionsOf(replicas: 2) with { MostRestarts = 1 });
        run.Train("w0", "w1");
        run.Leave("w1");
        run.Stopped("w0", applied: 0);
        run.JoinAndLoad("w2");
        run.Ready("w0", "w2");
        run.Leave("w2");
        run.Stopped("w0", applied: 0);
        Assert.Equal((RunState.Failed, ExitCodes.Failed), (run.State, run.Standing.ExitCode));
        Assert.EndsWith("It was loss 2 of this run; 1 are allowed (--max-restarts).", run.Standing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_NoWorkersInTime_EndsTheRun()
    {
        _run.JoinAndLoad("w0");
        _run.Pass(121);
        Assert.Equal(RunState.Failed, _run.State);
        Assert.StartsWith("Only 1 of 2 workers joined and read their data within 120 s", _run.Standing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_WorkersThatDoNotConnect_EndTheRun()
    {
        _run.JoinAndLoad("w0", "w1");
        _run.Pass(121);
        Assert.Equal(RunState.Failed, _run.State);
        Assert.Contains("did not connect to the other workers within 120 s", _run.Standing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_AnElasticRunWithoutReplacement_GoesOnWithFewer()
    {
        var run = new ScriptedRun(ScriptedRun.OptionsOf(replicas: 2) with { LeastReplicas = 1 });
        run.Train("w0", "w1");
        run.Step(1, "w0", "w1");
        run.Leave("w1");
        run.Stopped("w0", applied: 1);
        run.Pass(9);
        Assert.Equal(RunState.Waiting, run.State);
        run.Pass(2);
        Assert.Equal((RunState.Forming, 1), (run.State, run.Standing.Plan?.Topology.Replicas));
        run.Ready("w0");
        run.JoinAndLoad("w2");
        Assert.Equal((RunState.Settling, true), (run.State, run.Sent("w0")[^1].Regroup.AtBorder));
    }

    [Fact]
    public void Take_AWorkerThatLeavesAtABorder_IsNoLoss()
    {
        _run.Train("w0", "w1");
        _run.Step(1, "w0", "w1");
        _run.Stopped("w1", applied: 1, leaving: true);
        Assert.True(_run.Sent("w0")[^1].Regroup.AtBorder);
        _run.Stopped("w0", applied: 1);
        Assert.Equal((RunState.Waiting, 0), (_run.State, _run.Standing.Restarts));
    }

    [Fact]
    public void Take_AWorkerThatHasLeftBeforeTheGenerationBegan_EndsIt()
    {
        _run.JoinAndLoad("w0", "w1");
        _run.Stopped("w1", applied: -1);
        Assert.Equal(RunState.Settling, _run.State);
        Assert.Contains("has left the generation before it began", _run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_WhatIsStaleOrCannotBe_ChangesNothing()
    {
        _run.Train("w0", "w1");
        Assert.Null(_run.Say("w0", new() { Finished = new Finished { Steps = 1 } }, generation: 7));
        Assert.Equal(WorkerStage.Ready, _run["w0"].Worker.Stage);
        Assert.Contains(
            "links to",
            _run.Say("w0", new() { Ready = new Ready { Transports = { Link.Types.Transport.Grpc } } }),
            StringComparison.Ordinal
        );
        Assert.Equal(RunState.Running, _run.State);
    }

    /// <summary>A worker that nobody has told to start cannot have made a step; its report is of no use, and harms nobody.</summary>
    [Fact]
    public void Take_AStepBeforeTheStart_IsNoStep()
    {
        var run = new ScriptedRun(ScriptedRun.OptionsOf(replicas: 2));
        run.JoinAndLoad("w0", "w1");
        run.Step(1, "w0", "w1");
        Assert.Empty(run.RecordedSteps);
        run.Ready("w0", "w1");
        run.Step(1, "w0", "w1");
        Assert.Equal([1], run.RecordedSteps);
    }

    [Fact]
    public void Take_DriftedWeights_EndTheRunBeforeTheyAreACheckpoint()
    {
        _run.Train("w0", "w1");
        _run.Saved(1, "w0");
        _run.Say(
            "w1",
            new()
            {
                Saved = new Saved { Step = 1, WeightsHash = "another" },
            }
        );
        Assert.Equal(RunState.Failed, _run.State);
        Assert.Contains("they have drifted apart", _run.Standing.Reason, StringComparison.Ordinal);
        Assert.Empty(_run.Effects.OfType<Publish>());
    }

    [Fact]
    public void Take_AnErrorOfTheCoordinator_EndsTheRunAndBlamesNoWorker()
    {
        _run.Train("w0", "w1");
        _run.Take(new Broken(new IOException("the disk is gone")));
        Assert.Equal(RunState.Failed, _run.State);
        Assert.StartsWith("The coordinator failed: the disk is gone", _run.Standing.Reason, StringComparison.Ordinal);
        int before = _run.Effects.Count;
        _run.Take(new Broken(new IOException("again")));
        Assert.Equal(before, _run.Effects.Count);
    }

    private void Finish(params string[] ids)
    {
        _run.Saved(5, ids);
        foreach (string id in ids)
            _run.Say(id, new() { Finished = new Finished { Steps = 5 } });
    }
}
