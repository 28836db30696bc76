using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Turns;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Runs;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Coordinator.Tests.Run;

/// <summary>Single lines of the coordinator's decisions: what each message, joining and leaving changes, and what it does not.</summary>
public class DecisionEdgesTests
{
    private readonly ScriptedRun _run = new(ScriptedRun.OptionsOf(replicas: 2));

    [Fact]
    public void Loaded_DataThatAreKnown_AreNotTakenFromTheNextWorker()
    {
        _run.JoinAndLoad("w0");
        Assert.Equal(ScriptedRun.TrainSamples, _run.Look().TrainSamples);
        _run.Join("w1");

        _run.Say(
            "w1",
            new()
            {
                Loaded = new Loaded { Fingerprint = "data", TrainSamples = 1 },
            }
        );

        Assert.Equal(ScriptedRun.TrainSamples, _run.Look().TrainSamples);
    }

    [Fact]
    public void Loaded_Twice_IsTakenOnce()
    {
        _run.JoinAndLoad("w0");
        int told = _run.Told.Count();

        _run.Say("w0", new() { Loaded = ScriptedRun.LoadedOf("other") });

        Assert.Equal("data", _run["w0"].Worker.Fingerprint);
        Assert.Equal(told, _run.Told.Count());
    }

    [Theory]
    [InlineData(true, "layout was 1 x 2 (replicas x shards) and is 2 x 1 (replicas x shards)", 1)]
    [InlineData(false, "", 0)]
    public void Form_FromACheckpointOfAnotherLayout_IsLoggedAsNotExact(bool isOther, string difference, int logged)
    {
        var run = new ScriptedRun(ScriptedRun.OptionsOf(2), new RunPast { RunId = "run", IsResumed = true });
        run.Checkpoint = ScriptedRun.CheckpointOf(4) with { Manifest = ManifestOf(run, isOther) };

        run.JoinAndLoad("w0", "w1");

        var found = run.Effects.OfType<LogInexact>().ToList();
        Assert.Equal(logged, found.Count);
        Assert.All(found, effect => Assert.Equal(4, effect.Step));
        Assert.All(found, effect => Assert.Contains(difference, effect.Differences, StringComparison.Ordinal));
    }

    [Fact]
    public void Stopped_WithAStanding_HoldsWhatItSays()
    {
        _run.Train("w0", "w1");
        _run.Leave("w1");

        _run.Say(
            "w0",
            new()
            {
                Stopped = new Stopped
                {
                    LostRank = 1,
                    Late = true,
                    Applied = 0,
                    Shards = 1,
                    HoldsSums = true,
                    Message = "w1 did not come",
                },
            }
        );

        Assert.Equal(RestartCause.Hung, _run.Effects.OfType<CountRestart>().Single().Cause);
        Assert.Equal(new Standing(1, 0, 1, 0, true), _run["w0"].Worker.Standing);
    }

    [Fact]
    public void Failed_OfAWorker_IsToldWithItsExitCode()
    {
        _run.Train("w0", "w1");

        _run.Say(
            "w1",
            new()
            {
                Failed = new Failed
                {
                    Message = "the data end too soon",
                    ExitCode = ExitCodes.BadInput,
                    Fatal = true,
                },
            }
        );

        Assert.Equal((RunState.Failed, ExitCodes.BadInput), (_run.State, _run.Standing.ExitCode));
        Assert.EndsWith("failed: the data end too soon", _run.Standing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Leave_OfAWorkerThatHasFailed_IsNoOtherLoss()
    {
        var run = new ScriptedRun(ScriptedRun.OptionsOf(2) with { MostRestarts = 3 });
        run.Train("w0", "w1");
        run.Say("w1", new() { Failed = new Failed { Message = "its disk is gone" } });

        run.Leave("w1");

        Assert.Equal("its disk is gone", run["w1"].Worker.Problem);
        Assert.Equal(WorkerStage.Failed, run["w1"].Worker.Stage);
        Assert.False(run["w1"].Connected);
    }

    [Fact]
    public void Leave_OfASpareWorker_ForgetsItAndGoesOn()
    {
        _run.Train("w0", "w1");
        _run.JoinAndLoad("w2");

        _run.Leave("w2");

        Assert.Equal(RunState.Running, _run.State);
        Assert.DoesNotContain(_run.Look().Workers, w => w.Worker.Id == "w2");
        Assert.Null(_run.Join("w2")); // its name is free again
    }

    [Fact]
    public void Leave_OfAMember_KeepsItUntilTheGenerationIsOver()
    {
        _run.Train("w0", "w1");

        _run.Leave("w1");

        Assert.Contains(_run.Look().Workers, w => w.Worker is { Id: "w1", Stage: WorkerStage.Lost, Problem: "its connection closed" });
        Assert.Contains(_run.Effects.OfType<HangUp>(), h => h.To == _run["w1"]);
    }

    [Fact]
    public void Drain_AskedTwice_IsKeptOnceAndToldToTheMembers()
    {
        _run.Train("w0", "w1");

        Assert.True(_run.Ask(new DrainWanted()));
        Assert.True(_run.Ask(new DrainWanted()));

        Assert.Single(_run.Effects.OfType<KeepDrain>());
        Assert.Single(_run.Sent("w0"), m => m.Drain is not null);
        Assert.True(_run.Look().DrainAsked);
        _run.Pass(24.5);
        Assert.Equal(RunState.Draining, _run.State);
        _run.Pass(1);
        Assert.Equal((RunState.Failed, ExitCodes.Failed), (_run.State, _run.Standing.ExitCode));
        Assert.Contains("within the 25 s of --grace", _run.Standing.Reason, StringComparison.Ordinal);
        Assert.False(_run.Ask(new DrainWanted())); // it has ended
    }

    [Fact]
    public void Standstill_IsHeardAndIsNoProgress()
    {
        _run.Train("w0", "w1");
        var heard = _run["w0"].Worker.Heard;
        _run.Clock.Advance(TimeSpan.FromSeconds(3));

        _run.Say(
            "w0",
            new()
            {
                Standstill = new Standstill
                {
                    Step = 1,
                    Phase = Phase.Load,
                    WaitsFor = -1,
                },
            }
        );

        Assert.Equal(heard, _run["w0"].Worker.Heard);
        Assert.Equal(_run.Clock.GetUtcNow(), _run["w0"].LastHeard);
        _run.Say("w0", new() { Alive = new Alive { Phase = Phase.Load } });
        Assert.Equal(_run.Clock.GetUtcNow(), _run["w0"].Worker.Heard);
        Assert.Contains(_run.Effects, e => e is CountProgress);
    }

    [Fact]
    public void Steps_AreToldBackEveryFifth()
    {
        _run.Train("w0", "w1");
        for (int step = 1; step <= 10; step++)
            _run.Step(step, "w0", "w1");

        Assert.Equal([5, 10], _run.Sent("w0").Where(m => m.Recorded is not null).Select(m => m.Recorded.Step));
        Assert.Equal((10L, 10L), (_run["w1"].Worker.LastStep, _run.Look().Step));
    }

    [Fact]
    public void Save_Asked_GoesToTheFirstWorkerAloneOnce()
    {
        Assert.Contains("only one that trains", _run.Ask(new SaveWanted()), StringComparison.Ordinal);
        _run.Train("w1", "w0");
        _run.Sent("w0");
        _run.Sent("w1");

        Assert.Null(_run.Ask(new SaveWanted()));
        Assert.Equal("A checkpoint is being saved already.", _run.Ask(new SaveWanted()));

        Assert.Single(_run.Sent("w0"), m => m.Save is not null);
        Assert.DoesNotContain(_run.Sent("w1"), m => m.Save is not null);
    }

    [Fact]
    public void Rank_OfANewGeneration_ForgetsWhatTheLastOneHeld()
    {
        _run.Train("w0", "w1");
        _run.Leave("w1");
        _run.Stopped("w0", applied: 0, lostRank: 1);
        _run.JoinAndLoad("w2");

        var survivor = _run["w0"].Worker;

        Assert.Equal(
            (WorkerStage.Loaded, null, false, null, null),
            (survivor.Stage, survivor.Blames, survivor.BlamesForLateness, survivor.Standing, survivor.Problem)
        );
        Assert.Equal((0, 1), (survivor.Rank, _run["w2"].Worker.Rank));
    }

    private static Manifest ManifestOf(ScriptedRun run, bool isOther)
    {
        var join = ScriptedRun.JoinOf("w0");
        return new Manifest
        {
            RunId = "run",
            Step = 4,
            Epoch = 1,
            StepInEpoch = 4,
            Generation = 1,
            Replicas = isOther ? 1 : 2,
            Shards = isOther ? 2 : 1,
            RecipeHash = Manifest.HashOf(run.Options.Recipe),
            Environment = new RunEnvironment(join.Threads, join.InstructionSet, join.Libtorch, join.Device, "fp32")
            {
                Plan = run.Options.Recipe.Layout.Placement,
            },
            Files = [],
        };
    }
}
