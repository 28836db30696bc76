namespace Lockstep.Core.Flights;

/// <summary>The ranks that take part in something: every <paramref name="Stride"/>th from <paramref name="First"/> on.</summary>
/// <param name="First">The lowest rank.</param>
/// <param name="Stride">From one rank to the next.</param>
/// <param name="Count">How many take part.</param>
public readonly record struct FlightMembers(int First, int Stride, int Count)
{
    /// <summary>Of ranks in ascending order with equal distances, as all groups of a plan have.</summary>
    public static FlightMembers Of(IReadOnlyList<int> ranks) =>
        new(ranks.Count > 0 ? ranks[0] : 0, ranks.Count > 1 ? ranks[1] - ranks[0] : 1, ranks.Count);

    /// <summary>Whether a rank is one of them.</summary>
    public bool Contains(int rank) => rank >= First && (rank - First) % Stride == 0 && (rank - First) / Stride < Count;
}
