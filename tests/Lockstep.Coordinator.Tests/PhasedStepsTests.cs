using Lockstep.Coordinator.Recording;
using Lockstep.Core.Topology;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Tests;

/// <summary>Steps that are phases of a batch: each has its name and its curve, and the batch's samples count once.</summary>
public class PhasedStepsTests
{
    [Fact]
    public void Add_PhasesOfABatch_CountItsSamplesOnce()
    {
        var aggregator = new StepAggregator(["critic", "maker"]);
        aggregator.Begin(new RunTopology(1, 1));
        StepDone[] steps =
        [
            .. Enumerable.Range(1, 40).Select(step => aggregator.Add(0, Report(step)) ?? throw new InvalidOperationException()),
        ];

        Assert.Equal(["critic", "maker", "critic"], steps.Take(3).Select(s => s.Phase));
        Assert.Equal(20 * 16, aggregator.Samples);
        Assert.Equal(16, steps[^1].SamplesPerSecond, 1e-9); // a batch of 16 in two steps of half a second
        Assert.Equal(16, steps[^1].Workers[0].SamplesPerSecond, 1e-9);
        var curves = aggregator.Curves.Now();
        Assert.Empty(curves.Loss);
        Assert.Equal([1.0, 3.0], curves.PhaseLosses["critic"].Take(2).Select(p => p.Mean));
    }

    [Fact]
    public void ToRecord_AStepOfAPhase_KeepsItsName()
    {
        var step = new StepDone { Step = 1, Phase = "maker" };
        var line = Storage.Runs.MetricsLine.Parse(Storage.Runs.MetricsLine.Format(step.ToRecord()));
        Assert.Equal("maker", line?.ToEvent().Step.Phase);
    }

    private static StepReport Report(int step) =>
        new()
        {
            Step = step,
            Loss = step,
            Samples = 16,
            OwnSamples = 16,
            Phases = new Phases { Total = 0.5 },
        };
}
