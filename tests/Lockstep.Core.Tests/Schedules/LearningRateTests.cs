using AlexNet.Testing;
using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Schedules;

namespace Lockstep.Core.Tests.Schedules;

public class LearningRateTests
{
    private static readonly StepPlan Ten = new(Samples: 100, Batch: 10, Epochs: 90, StepLimit: null); // steps an epoch

    [Theory]
    [InlineData(1, 0.01)]
    [InlineData(25, 0.01)]
    [InlineData(26, 0.001)]
    [InlineData(52, 0.0001)]
    [InlineData(90, 0.00001)]
    public void Of_StepsOfThePaper_DropsAtEachListedEpoch(int epoch, double rate)
    {
        var schedule = new StepsSchedule { Factor = 0.1, Epochs = [26, 52, 80] };
        Assert.Equal(rate, Rate(schedule, 10 * (epoch - 1)), 1e-12);
        Assert.Equal(rate, Rate(schedule, 10 * epoch - 1), 1e-12);
    }

    [Fact]
    public void Of_Constant_StaysAsItIs() => Assert.Equal(0.01, Rate(new ConstantSchedule(), 777));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(225, 0.853553390593274)] // a quarter: (1 + cos(pi / 4)) / 2
    [InlineData(450, 0.5)]
    [InlineData(899, 3.0461742e-6)] // (1 + cos(899 pi / 900)) / 2
    public void Of_Cosine_FallsFromTheRateToTheLeastWithEveryStep(long step, double share)
    {
        Assert.Equal(0.01 * share, Rate(new CosineSchedule(), step), 1e-11);
        Assert.Equal(0.002 + 0.008 * share, Rate(new CosineSchedule { LeastRate = 0.002 }, step), 1e-11);
    }

    [Fact]
    public void Of_Cosine_DoesNotDependOnWhereTheRunIsCutShort()
    {
        var recipe = Recipe(new CosineSchedule());
        Assert.Equal(LearningRate.Of(recipe, Ten, 300, []), LearningRate.Of(recipe, Ten with { StepLimit = 301 }, 300, []));
    }

    [Fact]
    public void Of_WarmUp_RisesInAStraightLineAndLeavesTheScheduleAlone()
    {
        var bySteps = new ConstantSchedule
        {
            WarmUp = new WarmUpRecipe { Steps = 4, From = 0.2 },
        };
        Assert.Equal([0.4, 0.6, 0.8, 1, 1], Enumerable.Range(0, 5).Select(step => Math.Round(Rate(bySteps, step) / 0.01, 12)));

        var byEpochs = new StepsSchedule
        {
            Epochs = [3],
            WarmUp = new WarmUpRecipe { Epochs = 2 },
        };
        Assert.Equal(0.01 / 20, Rate(byEpochs, 0), 1e-12);
        Assert.Equal(0.01, Rate(byEpochs, 19), 1e-12);
        Assert.Equal(0.001, Rate(byEpochs, 20), 1e-12);
    }

    [Fact]
    public void Of_WarmUpOverACosine_IsTheirProduct() =>
        Assert.Equal(
            Rate(new CosineSchedule(), 5) * 6 / 10,
            Rate(new CosineSchedule { WarmUp = new WarmUpRecipe { Epochs = 1 } }, 5),
            1e-15
        );

    [Fact]
    public void Of_Plateau_DropsAfterTheEvaluationWithWhichPatienceEnds()
    {
        var schedule = new PlateauSchedule { Patience = 2, LeastRate = 0.0005 };
        Evaluation[] history =
        [
            Measured.At(10, 0.5),
            Measured.At(20, 0.6),
            Measured.At(30, 0.6),
            Measured.At(40, 0.55),
            Measured.At(50, 0.59),
            Measured.At(60, 0.6),
            Measured.At(70, 0.7),
            Measured.At(80, 0.1),
            Measured.At(90, 0.2),
        ];
        double At(long step) => Rate(schedule, step, history);
        Assert.All([0, 10, 20, 30, 39], step => Assert.Equal(0.01, At(step), 1e-12));
        Assert.All([40, 50, 59], step => Assert.Equal(0.001, At(step), 1e-12)); // 30 and 40 were no better than 20
        Assert.All([60, 70, 89], step => Assert.Equal(0.0005, At(step), 1e-12)); // 50 and 60 neither, and 0.0001 is below the least
    }

    [Fact]
    public void Of_Plateau_SmallImprovementsAreNone()
    {
        Evaluation[] history = [Measured.At(10, 0.5), Measured.At(20, 0.505), Measured.At(30, 0.509)];
        Assert.Equal(0.01, Rate(new PlateauSchedule { Patience = 2 }, 30, history), 1e-12);
        Assert.Equal(0.001, Rate(new PlateauSchedule { Patience = 2, Improvement = 0.01 }, 30, history), 1e-12);
    }

    /// <summary>A run that ended at step 25 was evaluated there; one that never stopped was not (law 4).</summary>
    [Fact]
    public void Of_Plateau_CountsWholeEpochsOnly()
    {
        Evaluation[] history = [Measured.At(10, 0.5), Measured.At(20, 0.4), Measured.At(25, 0.4), Measured.At(30, 0.6)];
        Assert.Equal(0.01, Rate(new PlateauSchedule { Patience = 2 }, 29, history), 1e-12);
    }

    /// <summary>Such as an evaluation that another worker has finished while this one still holds the sums of the step before.</summary>
    [Fact]
    public void Of_Plateau_LooksAtNoLaterEvaluation()
    {
        Evaluation[] history = [Measured.At(10, 0.5), Measured.At(20, 0.4)];
        Assert.Equal(0.01, Rate(new PlateauSchedule { Patience = 1 }, 19, history), 1e-12);
        Assert.Equal(0.001, Rate(new PlateauSchedule { Patience = 1 }, 20, history), 1e-12);
    }

    private static double Rate(ScheduleRecipe schedule, long step, params Evaluation[] history) =>
        LearningRate.Of(Recipe(schedule), Ten, step, history);

    private static PlainRecipe Recipe(ScheduleRecipe schedule) =>
        PlainRecipe.Of(batch: 64) with
        {
            Optimizer = new SgdRecipe { Rate = 0.01 },
            Schedule = schedule,
        };
}
