namespace Lockstep.Core.Schedules;

/// <summary>
/// Half a cosine from 1 to 0, of additions and multiplications alone: libm's cosine differs between CPUs, and the rate must not.
/// (1 + cos(pi x)) / 2 = cos(pi x / 2)^2, and up to pi / 2 the cosine's power series is exact to its last digit after 13 terms.
/// </summary>
internal static class HalfCosine
{
    private const int Terms = 13; // the next is below 1e-21

    private static readonly double[] Series = Coefficients(); // (-1)^k / (2k)!

    /// <summary>Its value for <paramref name="x"/> from 0 to 1.</summary>
    public static double Of(double x)
    {
        double angle = x * (Math.PI / 2),
            square = angle * angle,
            cosine = 0;
        for (int k = Terms - 1; k >= 0; k--)
            cosine = cosine * square + Series[k];
        return cosine * cosine;
    }

    private static double[] Coefficients()
    {
        double[] series = new double[Terms];
        series[0] = 1;
        for (int k = 1; k < Terms; k++)
            series[k] = -series[k - 1] / ((2 * k - 1) * (2 * k));
        return series;
    }
}
