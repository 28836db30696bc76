using AlexNet.Core.Sampling;

namespace AlexNet.Core.Tests.Sampling;

public class SamplingTests
{
    [Fact]
    public void EpochOrder_AnyEpoch_IsAPermutationOfItsOwn()
    {
        var first = EpochOrder.Of(seed: 1, epoch: 1, samples: 1000);
        Assert.Equal(Enumerable.Range(0, 1000), first.Order());
        Assert.Equal(first, EpochOrder.Of(1, 1, 1000));
        Assert.NotEqual(first, EpochOrder.Of(1, 2, 1000));
        Assert.NotEqual(first, EpochOrder.Of(2, 1, 1000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Positions_OfAllReplicas_CoverEachEpochOnceAndInOrder(int replicas)
    {
        var plan = new StepPlan(Samples: 103, Batch: 10, Epochs: 2, StepLimit: null);
        Assert.Equal(22, plan.TotalSteps);
        foreach (int epoch in new[] { 1, 2 })
        {
            var steps = Enumerable.Range(0, (int)plan.TotalSteps).Where(s => plan.EpochOf(s) == epoch);
            var visited = steps.SelectMany(s => Enumerable.Range(0, replicas).Select(r => plan.Positions(s, r, replicas)))
                .SelectMany(e => Enumerable.Range(e.Start, e.Length));
            Assert.Equal(Enumerable.Range(0, 103), visited);
        }
    }

    [Fact]
    public void IsLastOfEpoch_StepLimitInMidEpoch_EndsTheEpochToo()
    {
        var plan = new StepPlan(100, 10, 5, StepLimit: 14);
        Assert.Equal([9L, 13L], Enumerable.Range(0, (int)plan.TotalSteps).Select(s => (long)s).Where(plan.IsLastOfEpoch));
    }
}
