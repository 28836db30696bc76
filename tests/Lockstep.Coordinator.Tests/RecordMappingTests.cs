using AlexNet.Testing;
using Lockstep.Coordinator.Recording;
using Lockstep.Core.Membership;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Runs;

namespace Lockstep.Coordinator.Tests;

public class RecordMappingTests
{
    [Fact]
    public void ToRecord_OfAStepAndAnEpoch_ComesBackFromTheirLinesTheSame()
    {
        var step = new RunEvent
        {
            Step = new()
            {
                Step = 7,
                Epoch = 2,
                Loss = double.NaN,
                Samples = 16,
                Rate = 0.01,
                SamplesPerSecond = 652.5,
            },
        };
        var epoch = new RunEvent
        {
            Epoch = new()
            {
                Epoch = 2,
                Step = 7,
                Loss = 1.5,
                Metrics = { Measured.Of(1.25, 0.5, 0.75).ToWire() },
            },
        };
        Assert.Equal(step, MetricsLine.Parse(MetricsLine.Format(step.Step.ToRecord()))?.ToEvent());
        Assert.Equal(epoch, MetricsLine.Parse(MetricsLine.Format(epoch.Epoch.ToRecord()))?.ToEvent());
    }

    /// <summary>The form is contract: programs read it, and runs of before have it.</summary>
    [Fact]
    public void Format_OfAnEpoch_HasItsMetricsBesideItsOtherNumbers() =>
        Assert.Equal(
            """{"event":"epoch","epoch":2,"step":7,"loss":2.4,"test_loss":1.25,"top1":0.5,"top5":0.75}""",
            MetricsLine.Format(Measured.Epoch(2, 7, 1.25, 0.5, 0.75))
        );

    [Fact]
    public void Format_OfAStep_IsAsItWas() =>
        Assert.Equal(
            """{"event":"step","step":7,"epoch":1,"loss":"Infinity","samples":16,"rate":0.1,"samples_per_second":100}""",
            MetricsLine.Format(Measured.Step(7, double.PositiveInfinity))
        );

    /// <summary>States travel as numbers of their own, so that a name that changes here is no other state there.</summary>
    [Fact]
    public void ToWire_OfEveryStateAndStage_ComesBackTheSame()
    {
        Assert.All(Enum.GetValues<RunState>(), state => Assert.Equal(state, state.ToWire().ToState()));
        Assert.All(Enum.GetValues<WorkerStage>(), stage => Assert.Equal(stage, stage.ToWire().ToStage()));
    }
}
