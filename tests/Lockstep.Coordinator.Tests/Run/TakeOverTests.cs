using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Turns;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Topology;
using Lockstep.Protocol.V1;
using Member = Lockstep.Core.Plans.Member;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Tests.Run;

/// <summary>A coordinator that takes the place of one that was lost.</summary>
public class TakeOverTests
{
    private static readonly Plan Led = new("run", 3, new RunTopology(2, 1), [MemberOf(0), MemberOf(1)], 4, TimeSpan.FromSeconds(60));

    private static readonly RunPast Past = new()
    {
        RunId = "run",
        Term = 2,
        Plan = Led,
        PeerToken = "secret",
        Started = 3,
        Restarts = 1,
        Records =
        [
            .. Enumerable
                .Range(1, 6)
                .Select(step => new RunEvent
                {
                    Step = new StepDone
                    {
                        Step = step,
                        Epoch = 1,
                        Samples = 64,
                    },
                }),
        ],
    };

    [Fact]
    public void Begin_OfARunThatTrains_TellsItAgainAndWaitsForItsWorkers()
    {
        var run = Start(Past);
        Assert.Equal(RunState.Running, run.State);
        Assert.Equal(
            ["Generation", "Step", "Step", "Step", "Step", "Step", "Step"],
            run.Effects.OfType<Retell>().Select(r => $"{r.Entry.EventCase}")
        );
        Assert.Contains(
            "started again in term 2; it waits for the workers of generation 3",
            run.Told.Single(e => e.State is not null).State.Reason,
            StringComparison.Ordinal
        );
        Assert.Null(Return(run, "w0"));
        Assert.Equal(["Start"], run.Sent("w0").Select(m => $"{m.MessageCase}"));
        Assert.Contains("has not come back to the new coordinator yet", run.Standing.Reason, StringComparison.Ordinal);
        Assert.Null(Return(run, "w1"));
        Assert.Equal((RunState.Running, "Workers are training."), (run.State, run.Standing.Reason));
        run.Step(6, "w0", "w1"); // told again
        run.Step(7, "w0", "w1");
        Assert.Equal(Enumerable.Range(1, 7).Select(s => (long)s), run.RecordedSteps);
    }

    [Fact]
    public void Begin_OfAGenerationThatFormed_SendsNoStart()
    {
        var run = Start(Past with { Started = 2 });
        Assert.Equal(RunState.Forming, run.State);
        Return(run, "w0");
        Assert.Empty(run.Sent("w0"));
    }

    [Fact]
    public void Take_AWorkerThatDoesNotComeBack_IsGivenUp()
    {
        var run = Start(Past);
        Return(run, "w0");
        for (int second = 0; second < 46; second++)
        {
            run.Pass(1);
            run.Say("w0", new() { Alive = new Alive() });
        }
        Assert.Equal(RunState.Settling, run.State);
        Assert.Contains("did not come back within 45 s after the coordinator was started again", run.Reason, StringComparison.Ordinal);
        run.Stopped("w0", applied: 6);
        run.Pass(46); // it may come back yet
        Assert.Equal((RunState.Waiting, 2), (run.State, run.Standing.Restarts));
        run.JoinAndLoad("w2");
        Assert.Equal((4L, 6L), (run.Generation, run.Standing.Plan?.StartStep));
    }

    [Fact]
    public void Take_AWorkerOfAnotherGenerationOrProcess_IsRefused()
    {
        var run = Start(Past);
        Assert.Contains(
            "generation 3 is in force, and its place is taken",
            Return(run, "w0", generation: 2)?.Reason,
            StringComparison.Ordinal
        );
        Assert.NotNull(run.Join("w0", join => (join.Generation, join.ProcessId, join.Loaded) = (3, 99, ScriptedRun.LoadedOf())));
    }

    [Fact]
    public void Begin_WithWorkersThatAreKnownToBeGone_SettlesWithoutWaitingForThem()
    {
        var run = new ScriptedRun(ScriptedRun.OptionsOf(2) with { Gone = ["w1"] }, Past);
        Return(run, "w0");
        Assert.Equal(RunState.Settling, run.State);
        Assert.Contains("its process has ended", run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Begin_OfARunThatDrained_DrainsOn()
    {
        var run = Start(Past with { IsDrainAsked = true });
        Return(run, "w0");
        Return(run, "w1");
        Assert.Equal(RunState.Draining, run.State);
        Assert.Contains(run.Sent("w0"), m => m.Drain is not null);
    }

    [Fact]
    public void Begin_OfARunThatHasEnded_TellsItsEnd()
    {
        var run = Start(Past with { End = new Decision(RunState.Finished, "Done.") { EndedEarly = "enough" } });
        Assert.Equal((RunState.Finished, ExitCodes.Done), (run.State, run.Standing.ExitCode));
        Assert.Equal("enough", run.Told.Single(e => e.Finished is not null).Finished.EndedEarly);
        Assert.True(run.Effects.OfType<EndProcess>().Single().UntilHeard);
        Assert.Null(Return(run, "w0"));
        Assert.Equal(ExitCodes.Done, run.Effects.OfType<Send>().Last().Message.Goodbye.ExitCode);
    }

    /// <summary>An operator ended the run: whoever an engine starts again hears that, and ends with 0.</summary>
    [Theory]
    [InlineData(RunState.Finished, ExitCodes.Interrupted)]
    [InlineData(RunState.Failed, ExitCodes.Failed)]
    public void Begin_AfterAnEndThatAnOperatorWished_TellsItAgainAndEndsWith0(RunState state, int code)
    {
        var past = Past with { IsHeld = true, End = new Decision(state, "It was ended.", code) };
        ScriptedRun run = new(ScriptedRun.OptionsOf(replicas: 2) with { ResumesAsNeeded = true }, past);
        Assert.Equal((state, ExitCodes.Done), (run.State, run.Standing.ExitCode));
        Assert.StartsWith("It was ended. It was ended by an operator, and goes on when", run.Standing.Reason, StringComparison.Ordinal);
        Assert.Null(run.Join("w0"));
        Assert.Equal(past.End, run.Effects.OfType<KeepEnd>().Single().How); // not longer with every start
        var told = run.Effects.OfType<Send>().Last().Message;
        Assert.Equal(ExitCodes.Done, told.Goodbye?.ExitCode ?? told.Abort.ExitCode);
    }

    [Fact]
    public void Begin_OfARunThatIsResumed_FormsItsFirstGenerationFromTheCheckpoint()
    {
        var run = Start(Past with { IsResumed = true, End = new Decision(RunState.Finished, "ended", ExitCodes.Interrupted) });
        Assert.Equal((RunState.Waiting, 0), (run.State, run.Standing.Restarts));
        run.Checkpoint = ScriptedRun.CheckpointOf(4);
        run.Train("w0", "w1");
        Assert.Equal((4L, 4L), (run.Generation, run.Standing.Plan?.StartStep));
        Assert.Equal([1, 2, 3, 4], run.RecordedSteps);
        Assert.Single(run.Told, e => e.Started is not null);
    }

    private static ScriptedRun Start(RunPast past) => new(ScriptedRun.OptionsOf(replicas: 2), past);

    private static Workers.Refusal? Return(ScriptedRun run, string id, long generation = 3) =>
        run.Join(id, join => (join.Generation, join.Applied, join.Loaded) = (generation, 6, ScriptedRun.LoadedOf()));

    private static Member MemberOf(int rank) => new(rank, new Slot(rank, 0), $"w{rank}", "host", 1, "http://host:1");
}
