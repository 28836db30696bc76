using Lockstep.Core.Randomness;

namespace Lockstep.Core.Sampling;

/// <summary>
/// The order in which an epoch visits the shards of a packed set, a window of them at a time; it depends on seed and epoch only.
/// </summary>
/// <param name="Shards">All shards, in the order of their visit.</param>
public sealed record ShardOrder(IReadOnlyList<int> Shards)
{
    /// <summary>Shards whose samples are mixed with each other.</summary>
    public const int WindowShards = 4;

    public int Windows => (Shards.Count + WindowShards - 1) / WindowShards;

    /// <summary>The order of an epoch, counted from 1. Source: Fisher and Yates, in Durstenfeld's form.</summary>
    public static ShardOrder Of(long seed, int epoch, int shards)
    {
        int[] order = [.. Enumerable.Range(0, shards)];
        Shuffle(order, new RandomStream(seed, "shard-order", epoch), first: 0);
        return new(order);
    }

    /// <summary>One shard after the other, as an evaluation reads them.</summary>
    public static ShardOrder Natural(int shards) => new([.. Enumerable.Range(0, shards)]);

    /// <summary>The shards of one window.</summary>
    public IEnumerable<int> Window(int window) => Shards.Skip(window * WindowShards).Take(WindowShards);

    /// <summary>The window in which a shard is visited.</summary>
    public int WindowOf(int shard)
    {
        int place = 0;
        while (Shards[place] != shard)
            place++;
        return place / WindowShards;
    }

    /// <summary>Shuffles in place; element <paramref name="first"/> of the stream belongs to the first.</summary>
    internal static void Shuffle(Span<int> order, RandomStream random, int first)
    {
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = random.Integer(first + i, i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
    }
}
