using AlexNet.Testing;
using Lockstep.Coordinator.Recording;
using Lockstep.Core.Topology;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Tests;

public class StepAggregatorTests
{
    private readonly StepAggregator _aggregator = new();

    public StepAggregatorTests() => _aggregator.Begin(new RunTopology(1, 2));

    [Fact]
    public void Add_FirstReport_WaitsForTheOthers()
    {
        Assert.Null(_aggregator.Add(0, Report(1, loss: 2)));
        var step = _aggregator.Add(1, Report(1, loss: 2));
        Assert.Equal((1L, 2.0), (step?.Step, step?.Loss));
        Assert.Equal(1, _aggregator.Steps);
    }

    [Fact]
    public void Add_WholeStep_ScoresWorkersByTheTimeThatTheyDoNotWait()
    {
        // both take two seconds: the first computes for one and waits for the second, which computes all the time
        var waits = new Phases
        {
            Total = 2,
            Load = 0.5,
            DataWait = 0.1,
            Forward = 0.4,
            Exchange = 0.3,
            Backward = 0.4,
            Reduce = 0.2,
            Vote = 0.1,
            Update = 0.1,
        };
        var computes = new Phases
        {
            Total = 2,
            Load = 0.2,
            DataWait = 0.2,
            Forward = 0.9,
            Backward = 0.8,
            Update = 0.1,
        };
        _aggregator.Add(0, Report(1, phases: waits));
        var step = _aggregator.Add(1, Report(1, phases: computes));
        Assert.Equal([1, 2], step?.Workers.Select(w => Math.Round(w.StragglerScore, 9)) ?? []);
    }

    [Fact]
    public void Begin_OtherWorkers_ForgetsWhatTheLastOnesTook()
    {
        _aggregator.Add(0, Report(1, phases: new Phases { Total = 1 }));
        _aggregator.Add(1, Report(1, phases: new Phases { Total = 9 }));
        _aggregator.Begin(new RunTopology(1, 2));
        _aggregator.Add(0, Report(2));
        Assert.Equal([1, 1], _aggregator.Add(1, Report(2))?.Workers.Select(w => w.StragglerScore) ?? []);
    }

    [Fact]
    public void Add_ReportedAgain_IsNoStep()
    {
        Whole(1);
        Assert.Null(_aggregator.Add(0, Report(1)));
        Assert.Null(_aggregator.Add(1, Report(1)));
        Assert.Equal(1, _aggregator.Steps);
    }

    [Fact]
    public void Close_StepsThatSomeWorkersApplied_AreDone()
    {
        Whole(1);
        _aggregator.Add(0, Report(2, loss: 3));
        var step = Assert.Single(_aggregator.Close(applied: 2));
        Assert.Equal((2L, 3.0), (step.Step, step.Loss));
        Assert.Equal(2, step.Workers.Count); // one of which nothing is known
    }

    [Fact]
    public void Close_StepsThatNoSurvivorApplied_AreForgotten()
    {
        Whole(1);
        _aggregator.Add(0, Report(2));
        Assert.Empty(_aggregator.Close(applied: 1));
        Assert.Equal(1, _aggregator.Steps);
    }

    [Fact]
    public void TakeEpoch_EvaluationBeforeItsLastStepIsWhole_Waits()
    {
        _aggregator.Add(0, Report(1, loss: 4));
        _aggregator.Add(
            new EvaluationReport
            {
                Step = 1,
                Epoch = 1,
                Metrics = { Measured.Top1(0.5).ToWire() },
            }
        );
        Assert.Null(_aggregator.TakeEpoch());
        _aggregator.Add(1, Report(1, loss: 4));
        var epoch = _aggregator.TakeEpoch();
        Assert.Equal((1L, 4.0, 0.5), (epoch?.Step, epoch?.Loss, epoch?.Metrics[0].Value));
        Assert.Null(_aggregator.TakeEpoch());
    }

    [Fact]
    public void TakeEpoch_TheSameEvaluationFromEveryWorker_IsOneEpoch()
    {
        Whole(1);
        _aggregator.Add(new EvaluationReport { Step = 1, Epoch = 1 });
        Assert.NotNull(_aggregator.TakeEpoch());
        _aggregator.Add(new EvaluationReport { Step = 1, Epoch = 1 });
        Assert.Null(_aggregator.TakeEpoch());
    }

    [Fact]
    public void Evaluations_EvaluatedAgainAfterALoss_HoldTheLaterOnce()
    {
        _aggregator.Remember(
            new RunEvent
            {
                Epoch = new()
                {
                    Epoch = 1,
                    Step = 1,
                    Metrics = { Measured.Top1(0.7).ToWire() },
                },
            }
        );
        _aggregator.Remember(
            new RunEvent
            {
                Epoch = new()
                {
                    Epoch = 2,
                    Step = 2,
                    Metrics = { Measured.Top1(0.6).ToWire() },
                },
            }
        );
        _aggregator.Remember(
            new RunEvent
            {
                Epoch = new()
                {
                    Epoch = 2,
                    Step = 2,
                    Metrics = { Measured.Top1(0.65).ToWire() },
                },
            }
        );
        Assert.Equal([Measured.At(1, 0.7), Measured.At(2, 0.65)], _aggregator.Evaluations);
        Assert.Equal(2, _aggregator.LastEpoch?.Epoch);
    }

    private void Whole(long step)
    {
        _aggregator.Add(0, Report(step));
        Assert.NotNull(_aggregator.Add(1, Report(step)));
    }

    private static StepReport Report(long step, double loss = 1, Phases? phases = null) =>
        new()
        {
            Step = step,
            Epoch = 1,
            Loss = loss,
            Samples = 16,
            OwnSamples = 8,
            Phases = phases ?? new Phases { Total = 0.1 },
        };
}
