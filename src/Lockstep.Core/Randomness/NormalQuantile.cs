namespace Lockstep.Core.Randomness;

/// <summary>
/// The inverse of the normal distribution function, made of +, -, *, / and sqrt only, which IEEE 754 fixes to the last bit on every CPU.
/// Source: Wichura, "Algorithm AS 241", Applied Statistics 37 (1988), routine PPND7 (relative accuracy about 1e-7).
/// </summary>
public static class NormalQuantile
{
    private const double Ln2 = 0.693147180559945309417;
    private const double SquareRootOfHalf = 0.707106781186547524401;

    /// <summary>The x with P(N(0,1) &lt; x) = <paramref name="p"/>, for p in (0, 1).</summary>
    public static double Of(double p)
    {
        double q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            double r = 0.180625 - q * q;
            return q
                * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)
                / (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1.0);
        }

        double tail = Math.Sqrt(-Log(q < 0 ? p : 1.0 - p));
        double x;
        if (tail <= 5.0)
        {
            double r = tail - 1.6;
            x =
                (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777)
                / ((0.12021132975 * r + 0.73700164250) * r + 1.0);
        }
        else
        {
            double r = tail - 5.0;
            x =
                (((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150)
                / ((0.012258202635 * r + 0.24197894225) * r + 1.0);
        }
        return q < 0 ? -x : x;
    }

    /// <summary>The natural logarithm of a positive normal number, without libm, whose last bits differ between machines.</summary>
    public static double Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1022;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FE0_0000_0000_0000); // in [0.5, 1)
        if (mantissa < SquareRootOfHalf)
            (mantissa, exponent) = (mantissa * 2, exponent - 1);

        // ln m = 2 atanh((m - 1) / (m + 1)); |s| <= 0.1716, so eight terms reach 1e-13
        double s = (mantissa - 1) / (mantissa + 1);
        double s2 = s * s;
        double sum = 0;
        for (int k = 15; k >= 1; k -= 2)
            sum = sum * s2 + 1.0 / k;
        return exponent * Ln2 + 2 * s * sum;
    }
}
