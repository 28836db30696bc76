namespace Lockstep.Torch.Normalization;

/// <summary>What several samples say of each channel: how many values there are, their mean, and how far they lie from it.</summary>
/// <param name="Count">Values of one channel: samples x positions.</param>
/// <param name="Means">[channels].</param>
/// <param name="SquaredDeviations">[channels], the sums of the squared differences from the mean.</param>
internal sealed record ChannelMoments(double Count, double[] Means, double[] SquaredDeviations)
{
    /// <summary>As it travels: the count, the means, the squared deviations.</summary>
    public double[] Packed => [Count, .. Means, .. SquaredDeviations];

    /// <summary>Of no samples.</summary>
    public static ChannelMoments None(int channels) => new(0, new double[channels], new double[channels]);

    /// <summary>The variance that normalises: divided by the count, and 1 where there is nothing.</summary>
    public double[] Variances => [.. SquaredDeviations.Select(s => Count > 0 ? s / Count : 1)];

    /// <summary>The variance that is remembered: divided by one less than the count, as PyTorch has it.</summary>
    public double[] UnbiasedVariances => [.. SquaredDeviations.Select(s => s / Math.Max(Count - 1, 1))];

    /// <summary>
    /// The moments of all parts together, added in their order: the same bits wherever it is computed. Source: Chan, Golub and LeVeque
    /// 1979, formula 2.1b.
    /// </summary>
    /// <param name="packed">The parts one after the other, each as <see cref="Packed"/>.</param>
    /// <param name="channels">How many there are.</param>
    public static ChannelMoments Combine(ReadOnlySpan<double> packed, int channels)
    {
        int length = 1 + 2 * channels;
        var (count, means, deviations) = (0.0, new double[channels], new double[channels]);
        for (; packed.Length > 0; packed = packed[length..])
        {
            double added = packed[0],
                all = count + added;
            if (added == 0)
                continue;
            for (int c = 0; c < channels; c++)
            {
                double apart = packed[1 + c] - means[c];
                means[c] += apart * added / all;
                deviations[c] += packed[1 + channels + c] + apart * apart * count * added / all;
            }

            count = all;
        }

        return new ChannelMoments(count, means, deviations);
    }
}
