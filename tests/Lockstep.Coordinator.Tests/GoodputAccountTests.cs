using Lockstep.Coordinator.Recording;
using Lockstep.Core.Membership;
using Lockstep.Core.Runs;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using UsedTime = Lockstep.Core.Runs.UsedTime;

namespace Lockstep.Coordinator.Tests;

/// <summary>What the seconds of a run went to. A step takes two seconds; every second is accounted for once.</summary>
public class GoodputAccountTests
{
    private GoodputAccount _account = new();
    private double _now;

    [Fact]
    public void Take_AnUndisturbedRun_DividesItsSeconds()
    {
        State(3, RunState.Forming);
        State(1, RunState.Running);
        Step(2, 1);
        Step(2, 2);
        Epoch(5);
        Step(
            2,
            3,
            new Phases
            {
                Total = 2,
                Load = 0.75,
                DataWait = 0.5,
            }
        );
        Step(
            2,
            4,
            new Phases
            {
                Total = 2,
                Update = 0.5,
                SaveWait = 0.25,
            }
        );
        State(4, RunState.Finished);
        Pass(100); // the process still answers

        AssertTime(
            (TimeUse.Productive, 7.25),
            (TimeUse.Evaluating, 5),
            (TimeUse.Starting, 3),
            (TimeUse.Forming, 1),
            (TimeUse.Data, 0.5),
            (TimeUse.Saving, 4.25)
        );
        Assert.Equal(12.25 / 21, _account.Goodput.Ratio, 1e-9);
    }

    [Fact]
    public void Take_AStraggler_CountsWhatItTakesBeyondTheMedian()
    {
        State(0, RunState.Running);
        Phases fast =
                new()
                {
                    Total = 2,
                    Forward = 0.5,
                    Reduce = 1.5,
                },
            slow = new() { Total = 2, Forward = 2 };
        Step(2, 1, fast, fast, slow);
        AssertTime((TimeUse.Productive, 0.5), (TimeUse.Stragglers, 1.5));
    }

    [Fact]
    public void Take_ALoss_CountsTheBrokenStepAndThoseThatAreRepeated()
    {
        State(0, RunState.Running);
        foreach (long step in (long[])[1, 2, 3])
            Step(2, step);
        State(1.5, RunState.Settling); // step 4 breaks
        State(2, RunState.Waiting);
        State(1, RunState.Forming);
        State(1, RunState.Running); // from the checkpoint of step 1
        foreach (long step in (long[])[2, 3, 4])
            Step(2, step);
        AssertTime((TimeUse.Productive, 8), (TimeUse.Forming, 4), (TimeUse.Repeated, 5.5));
    }

    [Fact]
    public void Take_AStepThatIsToldAfterTheLoss_IsProductive()
    {
        State(0, RunState.Running);
        Step(2, 1);
        State(2.5, RunState.Settling);
        Step(1, 2); // a survivor has applied it
        State(1, RunState.Running);
        AssertTime((TimeUse.Productive, 4), (TimeUse.Forming, 2), (TimeUse.Repeated, 0.5));
    }

    [Fact]
    public void Take_StepsThatWereMadeWithoutACoordinator_AreTakenBackFromItsAbsence()
    {
        State(0, RunState.Running);
        Step(2, 1);
        GoOnAfter(10);
        State(1, RunState.Running); // is started again
        foreach (long step in (long[])[2, 3, 4])
            Step(0, step); // the workers tell them at once
        Step(2, 5);
        AssertTime((TimeUse.Productive, 2 + 6 + 2), (TimeUse.Starting, 1), (TimeUse.Away, 4));
    }

    [Fact]
    public void Take_ARunThatHadEnded_WasStopped()
    {
        State(0, RunState.Running);
        Step(2, 1);
        State(1, RunState.Draining);
        Step(1, 2);
        State(0, RunState.Finished);
        GoOnAfter(3600);
        State(2, RunState.Forming);
        State(0, RunState.Running);
        Step(2, 2); // what it had saved was step 1
        Step(2, 3);
        AssertTime((TimeUse.Productive, 6), (TimeUse.Starting, 2), (TimeUse.Repeated, 2), (TimeUse.Stopped, 3600));
        Assert.Equal(0.6, _account.Goodput.Ratio, 1e-9);
    }

    /// <summary>Prometheus takes a counter that falls for one that began again.</summary>
    [Fact]
    public void Booked_WhileABrokenStepMayStillBeTold_LeavesItOut()
    {
        State(0, RunState.Running);
        Step(2, 1);
        State(2.5, RunState.Settling);
        Assert.Equal((2.5, 0.0), (_account.Goodput.Of(TimeUse.Repeated), _account.Booked.Of(TimeUse.Repeated)));
        State(1, RunState.Running); // nobody has told it: it is made again
        Assert.Equal(2.5, _account.Booked.Of(TimeUse.Repeated), 1e-9);
        Step(1.75, 2, new Phases { Total = 2, Forward = 2 }); // what a step takes in its worker and what passes here differ a little
        Assert.Equal(2.5, _account.Booked.Of(TimeUse.Repeated), 1e-9);
    }

    [Fact]
    public void Booked_WhileStepsOfACoordinatorsAbsenceMayBeTold_LeavesItOut()
    {
        State(0, RunState.Running);
        GoOnAfter(10);
        State(1, RunState.Running);
        Assert.Equal((10.0, 0.0), (_account.Goodput.Of(TimeUse.Away), _account.Booked.Of(TimeUse.Away)));
        State(1, RunState.Forming);
        Assert.Equal(10, _account.Booked.Of(TimeUse.Away), 1e-9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Take_AnyEvents_AddUpToTheTimeOfTheRun_AndNoBookedUseGetsLess(int seed)
    {
        var random = new Random(seed);
        double all = 0;
        var before = _account.Booked;
        bool isOver = false;
        for (int i = 0; i < 2_000; i++)
        {
            double passed = random.NextDouble() * 3;
            all += passed;
            switch (random.Next(6))
            {
                case 0:
                    var state = Enum.GetValues<RunState>()[random.Next(Enum.GetValues<RunState>().Length)];
                    State(passed, state);
                    isOver = state is RunState.Finished or RunState.Failed;
                    break;
                case 1:
                    Epoch(passed);
                    break;
                case 2:
                    Pass(passed);
                    break;
                default:
                    Step(passed, random.Next(500), new Phases { Total = random.NextDouble() * 4, DataWait = random.NextDouble() });
                    break;
            }
            if (isOver) // it goes on later, at once
            {
                GoOnAfter(1);
                (all, isOver) = (all + 1, false);
            }
            else if (random.Next(50) == 0)
            {
                GoOnAfter(2);
                all += 2;
            }
            var booked = _account.Booked;
            Assert.All(Enum.GetValues<TimeUse>(), use => Assert.True(booked.Of(use) >= before.Of(use), $"{use}"));
            before = booked;
        }
        Assert.Equal(all, _account.Goodput.Seconds, 1e-6);
        Assert.All(_account.Goodput.Uses, use => Assert.True(use.Seconds >= 0, $"{use}"));
    }

    [Fact]
    public void Sentence_OfAGoodput_NamesWhatWasLost()
    {
        var goodput = new Goodput([
            new(TimeUse.Productive, 3000),
            new(TimeUse.Starting, 520),
            new(TimeUse.Data, 10),
            new(TimeUse.Repeated, 470),
            new(TimeUse.Stopped, 9000),
        ]);
        Assert.Equal("Goodput 75% of 1:06:40; lost: 13% starting, 12% repeated steps.", GoodputText.Sentence(goodput));
    }

    private void State(double passed, RunState state) => Take(passed, new() { State = new() { State = state.ToWire() } });

    private void Epoch(double passed) => Take(passed, new() { Epoch = new() });

    private void Step(double passed, long step, params Phases[] workers)
    {
        var done = new StepDone { Step = step };
        foreach (var phases in workers.Length > 0 ? workers : [new Phases { Total = 2, Forward = 2 }])
            done.Workers.Add(new WorkerStep { Phases = phases });
        Take(passed, new() { Step = done });
    }

    private void Take(double passed, RunEvent entry) => _account.Take(entry, _now += passed);

    private void Pass(double passed) => _account.Pass(_now += passed);

    /// <summary>Another coordinator goes on with what this one has left.</summary>
    private void GoOnAfter(double gap) => (_account, _now) = (new GoodputAccount(_account.Keep(DateTimeOffset.UnixEpoch), gap), 0);

    private void AssertTime(params (TimeUse Use, double Seconds)[] expected)
    {
        var uses = _account.Goodput.Uses.Where(u => u.Seconds > 1e-9);
        Assert.Equal(expected.Select(e => new UsedTime(e.Use, e.Seconds)), uses.Select(u => u with { Seconds = Math.Round(u.Seconds, 9) }));
    }
}
