using Lockstep.Coordinator.Run;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;

namespace Lockstep.Coordinator.Tests.Run;

/// <summary>Workers that a run cannot take, and what it tells them.</summary>
public class AdmissionTests
{
    private readonly ScriptedRun _run = new(ScriptedRun.OptionsOf(replicas: 2));

    [Fact]
    public void Take_OtherData_IsRefusedByWhatIsKnown()
    {
        _run.Join("w0");
        _run.Join("w1");
        _run.Say("w0", new() { Loaded = ScriptedRun.LoadedOf() });
        _run.Say("w1", new() { Loaded = ScriptedRun.LoadedOf("other") });
        Assert.Equal((RunState.Failed, ExitCodes.BadInput), (_run.State, _run.Standing.ExitCode));
        Assert.Contains("reads other data (fingerprint other)", _run.Standing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_OtherDataOfALateWorker_SendsItAway()
    {
        _run.Train("w0", "w1");
        _run.Join("w2");
        _run.Say("w2", new() { Loaded = ScriptedRun.LoadedOf("other") });
        var abort = _run.Sent("w2").Single().Abort;
        Assert.Contains("reads other data", abort.Reason, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, abort.ExitCode);
        Assert.Equal(RunState.Running, _run.State);
    }

    [Fact]
    public void Take_OtherDataThanTheRunBeganWith_IsRefused()
    {
        var began = new DataIdentity("data", ScriptedRun.TrainSamples - 1, 64, []);
        var run = new ScriptedRun(
            ScriptedRun.OptionsOf(2),
            new RunPast
            {
                RunId = "run",
                IsResumed = true,
                Data = began,
            }
        );
        run.Join("w0");
        run.Say("w0", new() { Loaded = ScriptedRun.LoadedOf() });
        Assert.Equal((RunState.Failed, ExitCodes.BadInput), (run.State, run.Standing.ExitCode));
        Assert.Contains("was begun with other data: there were 639 training samples", run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_AWorkerThatWouldMakeOtherSums_IsRefused()
    {
        var options = ScriptedRun.OptionsOf(2);
        var layout = options.Recipe.Layout with { Factors = FactorUse.Always };
        var run = new ScriptedRun(ScriptedRun.With(options, layout));
        run.Join("w0");
        var refusal = run.Join("w1", join => join.Threads = 4);
        Assert.Equal(false, refusal?.MayPass);
        Assert.Contains("cannot join: it would drift apart from the others", refusal?.Reason, StringComparison.Ordinal);
        Assert.Contains("threads of each worker was 1 and is 4", refusal?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_ANameThatIsTaken_IsRefusedForNow()
    {
        _run.Join("w0");
        var refusal = _run.Join("w0");
        Assert.Equal(true, refusal?.MayPass);
        Assert.Contains("has a name that is taken by process 1 on host", refusal?.Reason, StringComparison.Ordinal);
    }
}
