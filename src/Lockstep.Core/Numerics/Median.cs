namespace Lockstep.Core.Numerics;

/// <summary>
/// The middle one of some values; of an even number the smaller of the two in the middle, so that it is always one of them.
/// </summary>
public static class Median
{
    /// <exception cref="InvalidOperationException">There are no values.</exception>
    public static T Of<T>(IEnumerable<T> values)
        where T : IComparable<T> => By(values, value => value);

    /// <summary>The value that is in the middle by what <paramref name="key"/> says of each.</summary>
    /// <exception cref="InvalidOperationException">There are no values.</exception>
    public static T By<T, TKey>(IEnumerable<T> values, Func<T, TKey> key)
        where TKey : IComparable<TKey>
    {
        T[] sorted = [.. values.OrderBy(key)];
        return sorted.Length > 0 ? sorted[(sorted.Length - 1) / 2] : throw new InvalidOperationException("no values have no median.");
    }
}
