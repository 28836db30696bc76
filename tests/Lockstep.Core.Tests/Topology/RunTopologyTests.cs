using Lockstep.Core.Topology;

namespace Lockstep.Core.Tests.Topology;

public class RunTopologyTests
{
    [Fact]
    public void SlotOf_EveryRank_IsTheInverseOfRankOf()
    {
        var topology = new RunTopology(3, 4);
        Assert.All(topology.AllRanks, rank => Assert.Equal(rank, topology.RankOf(topology.SlotOf(rank))));
        Assert.Equal(12, topology.Slots.Distinct().Count());
    }

    [Fact]
    public void Ranks_OfASlot_AreItsReplicasShardsAndItsShardsReplicas()
    {
        var topology = new RunTopology(2, 2);
        Assert.Equal([2, 3], topology.ExchangeRanks(new Slot(1, 0)));
        Assert.Equal([1, 3], topology.ReduceRanks(new Slot(0, 1)));
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(5, 2)]
    [InlineData(2, 5)]
    [InlineData(0, 4)]
    public void Part_AllParts_CoverTheTotalInOrder(int total, int parts)
    {
        var extents = Enumerable.Range(0, parts).Select(i => Extent.Part(total, parts, i)).ToList();
        Assert.Equal(0, extents[0].Start);
        Assert.Equal(total, extents[^1].End);
        Assert.All(extents.Zip(extents.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
        Assert.InRange(extents.Max(e => e.Length) - extents.Min(e => e.Length), 0, 1);
    }
}
