using AlexNet.Data.Samples;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;

namespace AlexNet.Data.Tests.Loading;

public class EvaluationBatchesTests
{
    [Theory]
    [InlineData(100, 32, 1, 1)]
    [InlineData(100, 32, 2, 2)]
    [InlineData(97, 16, 3, 2)]
    [InlineData(3, 8, 4, 2)]
    public void Load_AnyLayout_CoversEveryImageOnce(int samples, int batch, int replicas, int shards)
    {
        var topology = new RunTopology(replicas, shards);
        var batches = Joined.Batches(topology, slot => new EvaluationBatches(samples, batch, topology, slot), new NumberedImages(samples));
        Assert.Equal(Enumerable.Range(0, samples), batches.SelectMany(b => b).Order());
    }

    [Theory]
    [InlineData(129, 64, 2, 2)] // 64 and 65 samples
    [InlineData(128, 64, 2, 1)]
    [InlineData(1, 64, 3, 1)]
    public void Count_UnequalParts_IsTheSameForEveryReplica(int samples, int batch, int replicas, int count)
    {
        var topology = new RunTopology(replicas, 1);
        var all = topology.Slots.Select(slot => new EvaluationBatches(samples, batch, topology, slot)).ToList();
        Assert.All(all, batches => Assert.Equal(count, batches.Count));
        Assert.All(all, batches => Assert.Equal(count, batches.Count()));
    }

    /// <summary>The order that an average over views needs.</summary>
    [Fact]
    public void Load_TenViews_BringsTheSameSamplesTenTimesInARow()
    {
        var plans = new EvaluationBatches(100, 64, new RunTopology(1, 2), new Slot(0, 1), TenViews.All);
        Assert.Equal(20, plans.Count);
        Assert.Equal([.. TenViews.All, .. TenViews.All], plans.Select(p => p.View));
        Assert.Equal(Enumerable.Range(0, 20), plans.Select(p => (int)p.Step));
        Assert.All(plans.Take(10), p => Assert.Equal(Enumerable.Range(0, 64), p.Indices.ToArray()));
        Assert.All(plans.Skip(10), p => Assert.Equal(Enumerable.Range(64, 36), p.Indices.ToArray()));
    }

    [Fact]
    public void Load_UnequalParts_EndsWithAnEmptyBatch()
    {
        var topology = new RunTopology(2, 1);
        var last = new EvaluationBatches(129, 64, topology, new Slot(0, 0)).Last();
        Assert.Equal((0, 1), (last.Indices.Length, last.GlobalCount));
    }
}
