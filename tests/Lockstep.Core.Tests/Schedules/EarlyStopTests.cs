using AlexNet.Testing;
using Lockstep.Core.Sampling;
using Lockstep.Core.Schedules;

namespace Lockstep.Core.Tests.Schedules;

public class EarlyStopTests
{
    private static readonly StepPlan Steps = new(Samples: 100, Batch: 10, Epochs: 90, StepLimit: null);
    private static readonly Evaluation[] History =
    [
        Measured.At(10, 0.5),
        Measured.At(20, 0.8125),
        Measured.At(30, 0.8125),
        Measured.At(40, 0.7),
        Measured.At(50, 0.9),
    ];

    [Theory]
    [InlineData(null, 40)]
    [InlineData(3, 40)]
    [InlineData(2, 39)]
    [InlineData(1, 29)]
    public void Reason_StillPatient_IsNone(int? patience, long step) => Assert.Null(Reason(patience, step));

    [Theory]
    [InlineData(1, 30)]
    [InlineData(2, 40)]
    [InlineData(2, 45)] // a run that goes on with less patience than it had
    public void Reason_PatienceEnded_NamesTheBestAndItsEpoch(int patience, long step) =>
        Assert.Equal(
            $"accuracy has not been better than 81.25% (epoch 2) for {(patience == 1 ? "1 epoch" : "2 epochs")}",
            Reason(patience, step)
        );

    private static string? Reason(int? patience, long step)
    {
        var recipe = PlainRecipe.Of(batch: 64);
        return EarlyStop.Reason(recipe with { Training = recipe.Training with { StopAfter = patience } }, Steps, step, History);
    }
}
