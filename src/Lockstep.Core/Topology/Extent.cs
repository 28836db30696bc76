namespace Lockstep.Core.Topology;

/// <summary>A contiguous range of channels, features or samples.</summary>
public readonly record struct Extent(int Start, int Length)
{
    /// <summary>The first index past the range.</summary>
    public int End => Start + Length;

    /// <summary>
    /// The part with number <paramref name="index"/> when <paramref name="total"/> is cut into contiguous parts that differ by at most one.
    /// </summary>
    public static Extent Part(int total, int parts, int index)
    {
        int start = (int)((long)total * index / parts);
        int end = (int)((long)total * (index + 1) / parts);
        return new(start, end - start);
    }

    public override string ToString() => $"[{Start}, {End})";
}
