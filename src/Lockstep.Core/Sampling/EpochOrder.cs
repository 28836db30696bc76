using Lockstep.Core.Randomness;

namespace Lockstep.Core.Sampling;

/// <summary>The order in which an epoch visits the samples: a permutation that depends on seed and epoch only.</summary>
public static class EpochOrder
{
    /// <summary>Sample indices of an epoch (counted from 1), shuffled. Source: Fisher and Yates, in Durstenfeld's form.</summary>
    public static int[] Of(long seed, int epoch, int samples) => Of(seed, epoch, [samples]);

    /// <summary>
    /// Sample indices of an epoch (counted from 1) over samples that lie in shards: the shards are shuffled, and then the samples of each
    /// window of them.
    /// So nearly one shard after the other is read; one shard alone is shuffled whole.
    /// </summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">Counted from 1.</param>
    /// <param name="shards">Samples of each shard, in the order of their indices.</param>
    public static int[] Of(long seed, int epoch, IReadOnlyList<int> shards)
    {
        int[] starts = new int[shards.Count + 1];
        for (int i = 0; i < shards.Count; i++)
            starts[i + 1] = checked(starts[i] + shards[i]);
        var (order, random, shardOrder, filled) = (
            new int[starts[^1]],
            new RandomStream(seed, "epoch-order", epoch),
            ShardOrder.Of(seed, epoch, shards.Count),
            0
        );
        for (int window = 0; window < shardOrder.Windows; window++)
        {
            int first = filled;
            foreach (int shard in shardOrder.Window(window))
            {
                for (int sample = starts[shard]; sample < starts[shard + 1]; sample++)
                    order[filled++] = sample;
            }

            ShardOrder.Shuffle(order.AsSpan(first, filled - first), random, first);
        }
        return order;
    }
}
