namespace Lockstep.Core.Reductions;

/// <summary>How gradients that travel to be summed lie one after the other: each begins at a cache line.</summary>
public static class SumPadding
{
    private const int Alignment = 16; // elements

    /// <summary>Elements that a gradient of so many takes.</summary>
    public static long Padded(long elements) => (elements + Alignment - 1) / Alignment * Alignment;
}
