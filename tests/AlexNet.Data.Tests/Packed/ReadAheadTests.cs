using System.Collections.Concurrent;
using AlexNet.Data.Packed;
using AlexNet.Data.Samples;
using Lockstep.Core.Sampling;

namespace AlexNet.Data.Tests.Packed;

public class ReadAheadTests
{
    private const int Shards = 10,
        PerShard = 5,
        Seed = 7;

    private readonly BlockingCollection<string> _read = [];

    /// <summary>The window at hand and the next one, in the order of the epoch, each shard once; and so again in the next epoch.</summary>
    [Fact]
    public void Reading_AnEpoch_ReadsEachShardOnceAndAWindowAhead()
    {
        var ahead = new ReadAhead([.. Enumerable.Range(0, Shards).Select(Shard)], Seed, shard => _read.Add(shard.File));
        foreach (int epoch in new[] { 1, 2 })
        {
            var order = ShardOrder.Of(Seed, epoch, Shards);
            int[] samples = EpochOrder.Of(Seed, epoch, [.. Enumerable.Repeat(PerShard, Shards)]);
            int seen = 0;
            for (int window = 0; window < order.Windows; window++)
            {
                int inWindow = order.Window(window).Count() * PerShard;
                foreach (int sample in samples.AsSpan(seen, inWindow))
                    ahead.Reading(new(sample, epoch));
                seen += inWindow;
                if (window == 0)
                    Assert.Equal(order.Window(0), Take(ShardOrder.WindowShards));
                if (window + 1 < order.Windows)
                    Assert.Equal(order.Window(window + 1), Take(order.Window(window + 1).Count()));
            }
            Assert.Empty(_read);
        }
    }

    /// <summary>A run that goes on in the middle of an epoch wants nothing of what lies behind it.</summary>
    [Fact]
    public void Reading_FromTheMiddle_BeginsThere()
    {
        var ahead = new ReadAhead([.. Enumerable.Range(0, Shards).Select(Shard)], Seed, shard => _read.Add(shard.File));
        var order = ShardOrder.Of(Seed, 3, Shards);
        ahead.Reading(new(order.Shards[5] * PerShard, Epoch: 3));
        Assert.Equal(order.Shards.Skip(4), Take(6));
    }

    [Fact]
    public void Reading_AnEvaluation_GoesFromTheFirstToTheLast()
    {
        var ahead = new ReadAhead([.. Enumerable.Range(0, Shards).Select(Shard)], Seed, shard => _read.Add(shard.File));
        for (int sample = 0; sample < Shards * PerShard; sample++)
            ahead.Reading(SampleKey.Evaluation(sample));
        Assert.Equal(Enumerable.Range(0, Shards), Take(Shards));
    }

    /// <summary>As many shards as are to come.</summary>
    private IEnumerable<int> Take(int count)
    {
        var taken = new List<int>();
        for (int i = 0; i < count; i++)
            taken.Add(_read.TryTake(out string? path, TimeSpan.FromMinutes(1)) ? int.Parse(path) : -1);
        return taken;
    }

    private static PackShard Shard(int number) => new($"{number}", Bytes: 1, Sha256: "", First: 0, new int[PerShard], new int[PerShard]);
}
