using Lockstep.Core.Sampling;

namespace Lockstep.Core.Tests.Sampling;

public class SamplingTests
{
    /// <summary>A permutation that goes from window to window; within a window samples of all its shards are mixed.</summary>
    [Theory]
    [InlineData(14, 2, null, 14, null)]
    [InlineData(
        13,
        1,
        null,
        7,
        "the run has made 13 steps, and 'training.epochs' 1 would have ended it after 7; give more than that (--epochs 2 or more)"
    )]
    [InlineData(14, 1, null, 7, "(--epochs 3 or more), or leave the length out")]
    [InlineData(14, 9, 5L, 5, "'training.steps' 5 would have ended it after 5; give more than that (--epochs 3 or more, and more --steps)")]
    [InlineData(5, 9, 5L, 5, null)]
    public void Overrun_StepsBeyondTheEnd_AreToldWithTheRemedy(long done, int epochs, long? limit, long total, string? expected)
    {
        var plan = new StepPlan(Samples: 100, Batch: 16, epochs, limit);
        Assert.Equal(total, plan.TotalSteps);
        if (expected is null)
            Assert.Null(plan.Overrun(done));
        else
            Assert.Contains(expected, plan.Overrun(done), StringComparison.Ordinal);
    }

    [Fact]
    public void EpochOrder_Shards_VisitsOneWindowAfterTheOther()
    {
        int[] shards = [100, 130, 70, 100, 90, 110, 100, 60, 100, 40];
        int[] starts = [.. shards.Select((_, i) => shards.Take(i).Sum())];
        int[] order = EpochOrder.Of(seed: 1, epoch: 1, shards);
        Assert.Equal(Enumerable.Range(0, shards.Sum()), order.Order());

        int[] visited = [.. order.Select(sample => starts.Count(s => s <= sample) - 1)];
        var shardOrder = ShardOrder.Of(1, 1, shards.Length);
        Assert.Equal(visited.Select(shardOrder.WindowOf), visited.Select(shardOrder.WindowOf).Order());
        Assert.Equal(3, shardOrder.Windows);
        Assert.NotEqual(visited, visited.Order());
        Assert.True(visited.Zip(visited.Skip(1)).Count(pair => pair.First != pair.Second) > 500);
        Assert.NotEqual(order, EpochOrder.Of(1, 2, shards));
        Assert.NotEqual(shardOrder.Shards, ShardOrder.Of(1, 2, shards.Length).Shards);
    }

    /// <summary>What every set that is not packed has: the order of a run that began before there were shards goes on.</summary>
    [Fact]
    public void EpochOrder_OneShard_IsTheOrderOfAllSamples()
    {
        Assert.Equal(EpochOrder.Of(1, 3, 10), EpochOrder.Of(1, 3, [10]));
        Assert.Equal([5, 4, 6, 9, 8, 7, 1, 3, 2, 0], EpochOrder.Of(1, 1, 10));
    }

    [Fact]
    public void EpochOrder_AnyEpoch_IsAPermutationOfItsOwn()
    {
        int[] first = EpochOrder.Of(seed: 1, epoch: 1, samples: 1000);
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
            var visited = steps
                .SelectMany(s => Enumerable.Range(0, replicas).Select(r => plan.Positions(s, r, replicas)))
                .SelectMany(e => Enumerable.Range(e.Start, e.Length));
            Assert.Equal(Enumerable.Range(0, 103), visited);
        }
    }

    [Fact]
    public void Positions_OfPhases_AreThoseOfTheirBatch()
    {
        var (plain, phased) = (new StepPlan(103, 10, 2, StepLimit: null), new StepPlan(103, 10, 2, StepLimit: null, Phases: 2));
        Assert.Equal(2 * plain.TotalSteps, phased.TotalSteps);
        for (int step = 0; step < phased.TotalSteps; step++)
        {
            Assert.Equal(plain.Positions(step / 2), phased.Positions(step));
            Assert.Equal((plain.EpochOf(step / 2), step % 2), (phased.EpochOf(step), phased.PhaseOf(step)));
            Assert.Equal(step % 2 == 1 && plain.IsLastOfEpoch(step / 2), phased.IsLastOfEpoch(step));
        }
    }

    [Fact]
    public void IsLastOfEpoch_StepLimitInMidEpoch_EndsTheEpochToo()
    {
        var plan = new StepPlan(100, 10, 5, StepLimit: 14);
        Assert.Equal([9L, 13L], Enumerable.Range(0, (int)plan.TotalSteps).Select(s => (long)s).Where(plan.IsLastOfEpoch));
    }
}
