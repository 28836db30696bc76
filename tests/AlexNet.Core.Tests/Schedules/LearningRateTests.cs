using AlexNet.Core.Recipes;
using AlexNet.Core.Schedules;

namespace AlexNet.Core.Tests.Schedules;

public class LearningRateTests
{
    [Theory]
    [InlineData(1, 0.01)]
    [InlineData(25, 0.01)]
    [InlineData(26, 0.001)]
    [InlineData(52, 0.0001)]
    [InlineData(90, 0.00001)]
    public void Of_StepsOfThePaper_DropsAtEachListedEpoch(int epoch, double rate)
    {
        var schedule = new StepsSchedule { Factor = 0.1, Epochs = [26, 52, 80] };
        Assert.Equal(rate, LearningRate.Of(new SgdRecipe { Rate = 0.01 }, schedule, epoch), 1e-12);
    }

    [Fact]
    public void Of_Constant_StaysAsItIs() => Assert.Equal(0.3, LearningRate.Of(new AdamRecipe { Rate = 0.3 }, new ConstantSchedule(), 77));
}
