using Lockstep.Core.Randomness;

namespace AlexNet.Data.Mixing;

/// <summary>
/// Draws from Beta(strength, strength). Source: Jöhnk 1964: of two powers of uniform numbers whose sum is at most 1, the first's share.
/// </summary>
internal static class BetaDraw
{
    private const int MostAttempts = 1000; // at the largest strength, 4, one in 70 is taken

    /// <param name="strength">Both parameters, above 0, at most 4.</param>
    /// <param name="draws">The stream of the sample.</param>
    /// <param name="first">The first element that may be used.</param>
    /// <param name="whole">What 1 is.</param>
    /// <returns>0 to <paramref name="whole"/>; rounded, since libm's powers differ between CPUs in their last digit.</returns>
    public static int Parts(double strength, RandomStream draws, long first, int whole)
    {
        if (strength == 1)
            return draws.Integer(first, whole + 1);
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            double one = Math.Pow(draws.Uniform(first + 2 * attempt), 1 / strength),
                other = Math.Pow(draws.Uniform(first + 2 * attempt + 1), 1 / strength);
            if (one + other <= 1 && one + other > 0)
                return (int)Math.Round(one / (one + other) * whole);
        }
        return whole / 2;
    }
}
