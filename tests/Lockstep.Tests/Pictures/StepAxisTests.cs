using AlexNet.Testing;
using Lockstep.Pictures;
using Lockstep.Storage.Runs;

namespace Lockstep.Tests.Pictures;

public class StepAxisTests
{
    [Theory]
    [InlineData(4, new[] { 1, 2, 3, 4 })]
    [InlineData(30, new[] { 5, 10, 15, 20, 25, 30 })]
    [InlineData(90, new[] { 10, 20, 30, 40, 50, 60, 70, 80, 90 })]
    public void EpochTicks_AnyNumberOfEpochs_AreFewAndRound(int epochs, int[] expected) =>
        Assert.Equal(expected, StepAxis.Of([Run(epochs, 157)], "step").EpochTicks());

    [Fact]
    public void Of_RunsOfEquallyLongEpochs_HasThem() =>
        Assert.Equal(7, StepAxis.Of([Run(3, 7), Run(5, 7), Run(0, 7)], "step").StepsOfEpoch);

    [Fact]
    public void Of_RunsOfDifferentEpochs_HasNone()
    {
        Assert.False(StepAxis.Of([Run(3, 7), Run(5, 8)], "step").HasEpochs);
        Assert.False(StepAxis.Of([Run(0, 7)], "step").HasEpochs);
        Assert.Empty(StepAxis.Of([Run(0, 7)], "step").EpochTicks());
    }

    private static PlottedRun Run(int epochs, int steps) =>
        new(
            "run",
            new RunHistory(
                [Measured.Step(Math.Max(1, epochs * steps), 1)],
                [.. Enumerable.Range(1, epochs).Select(e => Measured.Epoch(e, e * steps, 1, 0.5, 0.9))]
            )
        );
}
