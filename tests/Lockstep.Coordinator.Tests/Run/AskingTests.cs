using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Turns;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Tests.Run;

/// <summary>What an operator asks for: to save, to end in good order, to end at once; and the last save, on which the end waits.</summary>
public class AskingTests
{
    private readonly ScriptedRun _run = new(ScriptedRun.OptionsOf(replicas: 2));

    [Fact]
    public void Drain_WhileItTrains_EndsTheRunOnceTheLastStepIsSaved()
    {
        _run.Train("w0", "w1");
        Assert.True(_run.Ask(new DrainWanted()));
        Assert.True(_run.Ask(new DrainWanted()));
        Assert.Single(_run.Effects.OfType<KeepDrain>());
        Assert.Equal((RunState.Draining, 1), (_run.State, _run.Sent("w0").Count(m => m.Drain is not null)));
        Drain(3);
        Assert.Equal(RunState.Draining, _run.State);
        _run.Publish();
        Assert.Equal((RunState.Finished, ExitCodes.Interrupted), (_run.State, _run.Standing.ExitCode));
        Assert.Equal("The run was ended from outside after step 3, which is saved.", _run.Standing.Reason);
        Assert.False(_run.Effects.OfType<EndProcess>().Single().Lingers);
        Assert.False(_run.Ask(new DrainWanted()));
    }

    /// <summary>An engine starts again whatever ends with anything but 0, and the next start knows the wish.</summary>
    [Theory]
    [InlineData(true, true, ExitCodes.Done)]
    [InlineData(true, false, ExitCodes.Interrupted)]
    [InlineData(false, true, ExitCodes.Interrupted)]
    public void Drain_OfAnOperatorUnderAnEngine_EndsAllWith0(bool holds, bool asNeeded, int code)
    {
        ScriptedRun run = new(ScriptedRun.OptionsOf(replicas: 2) with { ResumesAsNeeded = asNeeded });
        run.Train("w0", "w1");
        run.Ask(new DrainWanted(holds));
        run.Ask(new DrainWanted(holds));
        Assert.Equal([new KeepDrain(holds)], run.Effects.OfType<KeepDrain>());
        Drain(run, 3);
        run.Publish();
        Assert.Equal((RunState.Finished, code), (run.State, run.Standing.ExitCode));
        Assert.Equal(code, run.Sent("w0").Single(m => m.Goodbye is not null).Goodbye.ExitCode);
    }

    [Theory]
    [InlineData(true, ExitCodes.Done)]
    [InlineData(false, ExitCodes.Failed)]
    public void Stop_UnderAnEngine_EndsAllWith0(bool asNeeded, int code)
    {
        ScriptedRun run = new(ScriptedRun.OptionsOf(replicas: 2) with { ResumesAsNeeded = asNeeded });
        run.Train("w0", "w1");
        Assert.Null(run.Ask(new StopWanted()));
        Assert.True(run.Effects.OfType<KeepEnd>().Single().Hold);
        Assert.Equal((RunState.Failed, code), (run.State, run.Standing.ExitCode));
        Assert.Equal(code, run.Sent("w0").Single(m => m.Abort is not null).Abort.ExitCode);
    }

    /// <summary>What the operator wished was not done: nothing is saved.</summary>
    [Fact]
    public void Drain_OfAnOperatorThatDoesNotComeToAnEnd_IsAFailureUnderAnEngineToo()
    {
        ScriptedRun run = new(ScriptedRun.OptionsOf(replicas: 2) with { ResumesAsNeeded = true });
        run.Train("w0", "w1");
        run.Ask(new DrainWanted(Holds: true));
        for (int second = 0; second < 26; second++)
            run.Pass(1);
        Assert.Equal((RunState.Failed, ExitCodes.Failed), (run.State, run.Standing.ExitCode));
        Assert.False(run.Effects.OfType<KeepEnd>().Single().Hold);
    }

    [Fact]
    public void Drain_BeforeAnyWorker_EndsTheRunAtOnce()
    {
        Assert.True(_run.Ask(new DrainWanted()));
        Assert.Equal((RunState.Finished, ExitCodes.Interrupted), (_run.State, _run.Standing.ExitCode));
        Assert.Single(_run.Effects.OfType<AllLeft>());
    }

    [Fact]
    public void Drain_ThatDoesNotComeToAnEnd_FailsAfterItsGrace()
    {
        _run.Train("w0", "w1");
        _run.Ask(new DrainWanted());
        Linger(seconds: 26);
        Assert.Equal((RunState.Failed, ExitCodes.Failed), (_run.State, _run.Standing.ExitCode));
        Assert.StartsWith(
            "The run did not stop within the 25 s of --grace (2 workers have",
            _run.Standing.Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Drain_WhoseGraceEndsInASecondAttemptToSave_NamesWhatTheFirstMet()
    {
        _run.Train("w0", "w1");
        _run.Ask(new DrainWanted());
        Finish();
        _run.Publish("No space left on device");
        Linger(seconds: 26);
        Assert.Equal(RunState.Failed, _run.State);
        Assert.Contains("step 5, the last, was not saved: No space left on device", _run.Standing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Drain_WhereAWorkerLeaves_SettlesTheGeneration()
    {
        _run.Train("w0", "w1");
        _run.Ask(new DrainWanted());
        _run.Stopped("w1", applied: 0);
        Assert.Equal(RunState.Settling, _run.State);
        Assert.Contains("has left while the run was draining", _run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void LastSave_ThatFails_IsTriedAgainByAGenerationThatSavesWhatItHolds()
    {
        _run.Train("w0", "w1");
        Finish();
        _run.Publish("No space left on device");
        Assert.Equal(RunState.Running, _run.State);
        Assert.Equal("Step 5, the last, was not saved: No space left on device. It is tried again.", _run.Standing.Reason);
        _run.Pass(3);
        Assert.Equal(RunState.Settling, _run.State);
        _run.Stopped("w0", applied: 5);
        _run.Stopped("w1", applied: 5);
        _run.Ready("w0", "w1");
        Assert.Equal((RunState.Running, 2L, 5L), (_run.State, _run.Generation, _run.Standing.Plan?.StartStep));
        Finish();
        _run.Publish();
        Assert.Equal((RunState.Finished, ExitCodes.Done), (_run.State, _run.Standing.ExitCode));
    }

    [Fact]
    public void LastSave_ThatFailsForAsLongAsTheGraceIs_EndsTheRun()
    {
        _run.Train("w0", "w1");
        for (int attempt = 0; attempt < 20 && _run.State != RunState.Failed; attempt++)
        {
            Finish();
            _run.Publish("No space left on device");
            _run.Pass(3);
            if (_run.State != RunState.Settling)
                continue;
            _run.Stopped("w0", applied: 5);
            _run.Stopped("w1", applied: 5);
            _run.Ready("w0", "w1");
        }
        Assert.Equal((RunState.Failed, ExitCodes.Failed), (_run.State, _run.Standing.ExitCode));
        Assert.StartsWith(
            "Step 5, the last, was not saved in 25 s of attempts: No space left",
            _run.Standing.Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Save_IsAskedOfOneWorkerAndOnce()
    {
        Assert.Equal("The run is waiting; only one that trains can save itself.", _run.Ask(new SaveWanted()));
        _run.Train("w0", "w1");
        Assert.Null(_run.Ask(new SaveWanted()));
        Assert.Equal("A checkpoint is being saved already.", _run.Ask(new SaveWanted()));
        Assert.Equal((1, 0), (_run.Sent("w0").Count(m => m.Save is not null), _run.Sent("w1").Count(m => m.Save is not null)));
        Assert.True(_run.Look().SaveAsked);
        _run.Saved(2, "w0", "w1");
        _run.Publish();
        Assert.False(_run.Look().SaveAsked);
        Assert.Equal(2, _run.Sent("w1").Single(m => m.Recorded is not null).Recorded.Saved);
    }

    [Fact]
    public void Save_ThatAGenerationDidNotComeTo_IsAskedOfTheNext()
    {
        _run.Train("w0", "w1");
        _run.Ask(new SaveWanted());
        _run.Leave("w1");
        _run.Stopped("w0", applied: 0);
        _run.JoinAndLoad("w2");
        _run.Sent("w0");
        _run.Ready("w0", "w2");
        Assert.Equal(["Start", "Save"], _run.Sent("w0").Select(m => $"{m.MessageCase}"));
    }

    [Fact]
    public void Stop_EndsTheRunAtOnce()
    {
        _run.Train("w0", "w1");
        Assert.Null(_run.Ask(new StopWanted()));
        Assert.Equal((RunState.Failed, ExitCodes.Failed), (_run.State, _run.Standing.ExitCode));
        Assert.StartsWith("The run was stopped at the status page", _run.Sent("w1")[^1].Abort.Reason, StringComparison.Ordinal);
        Assert.Equal("The run is failed already.", _run.Ask(new StopWanted()));
    }

    [Fact]
    public void Join_AfterTheEnd_HearsHowItEnded()
    {
        _run.Ask(new DrainWanted());
        Assert.Null(_run.Join("w0"));
        Assert.Equal(ExitCodes.Interrupted, _run.Effects.OfType<Send>().Last().Message.Goodbye.ExitCode);
        Assert.Equal(_run["w0"], _run.Effects.OfType<HangUp>().Last().To);
    }

    private void Drain(long step) => Drain(_run, step);

    private static void Drain(ScriptedRun run, long step)
    {
        run.Step(step, "w0", "w1");
        run.Saved(step, "w0", "w1");
        foreach (string id in new[] { "w0", "w1" })
            run.Say(id, new() { Drained = new Drained { Step = step } });
    }

    /// <summary>Time passes while both workers say no more than that they are alive.</summary>
    private void Linger(int seconds)
    {
        for (int second = 0; second < seconds; second++)
        {
            _run.Pass(1);
            foreach (string id in new[] { "w0", "w1" })
                _run.Say(id, new() { Alive = new Alive() });
        }
    }

    private void Finish()
    {
        _run.Step(5, "w0", "w1");
        _run.Saved(5, "w0", "w1");
        foreach (string id in new[] { "w0", "w1" })
            _run.Say(id, new() { Finished = new Finished { Steps = 5 } });
    }
}
