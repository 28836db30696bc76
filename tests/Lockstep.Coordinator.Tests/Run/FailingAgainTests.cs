using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Turns;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;

namespace Lockstep.Coordinator.Tests.Run;

/// <summary>A run that fails at the same step in the same way as at its start before is not to be started again unasked.</summary>
public class FailingAgainTests
{
    private const string Problem = "in step 4 of process 4711 the loss is not finite";

    private static readonly FailureMark Mark = new(3, "in step # of process # the loss is not finite");

    [Fact]
    public void Fail_ForTheFirstTime_IsKept()
    {
        var run = Failing(3, Problem, before: null);
        Assert.Equal((RunState.Failed, ExitCodes.Failed), (run.State, run.Standing.ExitCode));
        Assert.Equal(Mark, run.Effects.OfType<KeepEnd>().Single().How.Fault);
    }

    [Fact]
    public void Fail_AtTheSameStepInTheSameWay_EndsAllWithACodeOfItsOwn()
    {
        var run = Failing(3, Problem.Replace("4711", "12", StringComparison.Ordinal), Mark);
        Assert.Equal((RunState.Failed, ExitCodes.FailedAgain), (run.State, run.Standing.ExitCode));
        Assert.Equal(ExitCodes.FailedAgain, run.Sent("w0").Single(m => m.Abort is not null).Abort.ExitCode);
        Assert.Equal(ExitCodes.FailedAgain, run.Effects.OfType<KeepEnd>().Single().How.ExitCode);
        Assert.Contains("failed in the same way after step 3 before", run.Standing.Reason, StringComparison.Ordinal);
        Assert.Contains(" resume run", run.Standing.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, Problem)] // it has come on
    [InlineData(3, "image 'DIR/3.png' cannot be read")]
    public void Fail_FurtherOnOrInAnotherWay_IsAFailureLikeAny(int steps, string problem) =>
        Assert.Equal(ExitCodes.Failed, Failing(steps, problem, Mark).Standing.ExitCode);

    /// <summary>A machine that does not come may come later, however often it did not.</summary>
    [Fact]
    public void Fail_ForWantOfWorkers_IsNotKept()
    {
        ScriptedRun run = new(ScriptedRun.OptionsOf(replicas: 2));
        run.JoinAndLoad("w0");
        run.Pass(run.Options.JoinTimeout.TotalSeconds + 1);
        Assert.Equal(RunState.Failed, run.State);
        Assert.Null(run.Effects.OfType<KeepEnd>().Single().How.Fault);
    }

    [Fact]
    public void Begin_AfterIt_UnderAnEngine_EndsSoAgain()
    {
        var past = new RunPast { RunId = "run", End = new Decision(RunState.Failed, "It failed again.", ExitCodes.FailedAgain) };
        ScriptedRun run = new(ScriptedRun.OptionsOf(replicas: 2) with { ResumesAsNeeded = true }, past);
        Assert.Equal((RunState.Failed, ExitCodes.FailedAgain, "It failed again."), (run.State, run.Standing.ExitCode, run.Standing.Reason));
        Assert.Null(run.Join("w0"));
        Assert.Equal(ExitCodes.FailedAgain, run.Effects.OfType<Send>().Last().Message.Abort.ExitCode);
    }

    /// <summary>Its own step counts, however far the others' reports have come.</summary>
    [Fact]
    public void Fail_WhileAnothersReportIsUnderWay_IsAtTheStepOfTheWorkerAtFault()
    {
        ScriptedRun run = new(ScriptedRun.OptionsOf(replicas: 2), PastOf(Mark));
        run.Train("w0", "w1");
        run.Step(1, "w0", "w1");
        run.Step(2, "w0", "w1");
        run.Step(3, "w0");
        Fail(run, Problem, ExitCodes.Failed);
        Assert.Equal(ExitCodes.FailedAgain, run.Standing.ExitCode);
    }

    /// <summary>No engine tries these again, and whoever has mended them starts the run as ever.</summary>
    [Theory]
    [InlineData(ExitCodes.BadInput)]
    [InlineData(ExitCodes.MemoryExhausted)]
    public void Fail_WithACodeThatNobodyTriesAgain_KeepsIt(int code)
    {
        ScriptedRun run = new(ScriptedRun.OptionsOf(replicas: 2), PastOf(Mark));
        run.Train("w0", "w1");
        for (int step = 1; step <= 3; step++)
            run.Step(step, "w0", "w1");
        Fail(run, Problem, code);
        Assert.Equal(code, run.Standing.ExitCode);
        Assert.Null(run.Effects.OfType<KeepEnd>().Single().How.Fault);
    }

    /// <summary>The start before ended with this mark, and the run is resumed.</summary>
    private static RunPast PastOf(FailureMark? before) =>
        before is null
            ? new()
            : new()
            {
                IsResumed = true,
                End = new Decision(RunState.Failed, "It failed.", ExitCodes.Failed) { Fault = before },
            };

    private static ScriptedRun Failing(int steps, string problem, FailureMark? before)
    {
        ScriptedRun run = new(ScriptedRun.OptionsOf(replicas: 2), PastOf(before));
        run.Train("w0", "w1");
        for (int step = 1; step <= steps; step++)
            run.Step(step, "w0", "w1");
        Fail(run, problem, ExitCodes.Failed);
        return run;
    }

    private static void Fail(ScriptedRun run, string problem, int code) =>
        run.Say(
            "w0",
            new()
            {
                Failed = new()
                {
                    Message = problem,
                    ExitCode = code,
                    LostRank = -1,
                    Fatal = true,
                },
            }
        );
}
