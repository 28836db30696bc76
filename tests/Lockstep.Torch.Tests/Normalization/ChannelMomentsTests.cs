using Lockstep.Torch.Normalization;

namespace Lockstep.Torch.Tests.Normalization;

public sealed class ChannelMomentsTests
{
    /// <summary>Parts of unequal size, one of them empty, against all values at once.</summary>
    [Fact]
    public void Combine_UnequalParts_GivesTheMomentsOfAllValues()
    {
        double[][] parts =
        [
            [1, 5, 9],
            [],
            [-2],
            [4, 4, 1000.5, 7],
        ];
        double[] all = [.. parts.SelectMany(p => p)];
        var found = ChannelMoments.Combine([.. parts.SelectMany(p => Of(p).Packed)], channels: 2);
        var expected = Of(all);
        Assert.Equal(all.Length, found.Count);
        for (int c = 0; c < 2; c++)
        {
            Assert.Equal(expected.Means[c], found.Means[c], 1e-9);
            Assert.Equal(expected.SquaredDeviations[c], found.SquaredDeviations[c], 1e-6);
        }
    }

    [Fact]
    public void Combine_OnePart_IsThatPartBitForBit()
    {
        var part = Of([0.1, 0.7, 1e-9]);
        Assert.Equal(part.Packed, ChannelMoments.Combine(part.Packed, channels: 2).Packed);
    }

    /// <summary>No replica has a sample in this part: nothing divides by zero.</summary>
    [Fact]
    public void Combine_NothingAtAll_HasNumbersToNormaliseBy()
    {
        var found = ChannelMoments.Combine([.. ChannelMoments.None(2).Packed, .. ChannelMoments.None(2).Packed], channels: 2);
        Assert.Equal(0, found.Count);
        Assert.Equal([1, 1], found.Variances);
        Assert.Equal([0, 0], found.UnbiasedVariances);
    }

    /// <summary>The second channel has the doubles of the first.</summary>
    private static ChannelMoments Of(double[] values)
    {
        if (values.Length == 0)
            return ChannelMoments.None(2);
        double mean = values.Average(),
            deviations = values.Sum(v => (v - mean) * (v - mean));
        return new ChannelMoments(values.Length, [mean, 2 * mean], [deviations, 4 * deviations]);
    }
}
