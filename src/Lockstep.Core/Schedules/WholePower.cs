namespace Lockstep.Core.Schedules;

/// <summary>Powers of whole exponents, of multiplications alone: libm's power differs between CPUs, and an update must not.</summary>
public static class WholePower
{
    /// <summary>By squaring; off by about as many units of the last place as the exponent says.</summary>
    /// <param name="value">The base.</param>
    /// <param name="exponent">0 or more.</param>
    public static double Of(double value, long exponent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(exponent);
        double power = 1;
        for (double square = value; exponent > 0; exponent >>= 1, square *= square)
        {
            if ((exponent & 1) != 0)
                power *= square;
        }
        return power;
    }
}
