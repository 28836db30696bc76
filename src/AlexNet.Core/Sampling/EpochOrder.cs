using AlexNet.Core.Randomness;

namespace AlexNet.Core.Sampling;

/// <summary>The order in which an epoch visits the samples: a permutation that depends on seed and epoch only.</summary>
public static class EpochOrder
{
    /// <summary>Sample indices of an epoch (counted from 1), shuffled. Source: Fisher and Yates, in Durstenfeld's form.</summary>
    public static int[] Of(long seed, int epoch, int samples)
    {
        var order = new int[samples];
        for (int i = 0; i < samples; i++)
            order[i] = i;
        var random = new RandomStream(seed, "epoch-order", epoch);
        for (int i = samples - 1; i > 0; i--)
        {
            int j = random.Integer(i, i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }
}
