namespace AlexNet.Data.Images.Resampling;

/// <summary>
/// One axis of a resize with the antialiased triangle filter: which source positions each wanted output position is made of, and with
/// which weights. Only the wanted range of the output is computed, and it may run backwards: cropping and mirroring cost nothing.
/// Weights are whole numbers that sum to <see cref="One"/> exactly, made of plain IEEE operations, so they are equal on every machine.
/// Source: the separable resampling of Graphics Gems III, "General filtered image rescaling", D. Schumacher, 1992.
/// </summary>
internal sealed class AxisWeights
{
    /// <summary>Fractional bits of a weight; the most with which every weight fits 16 bits.</summary>
    public const int Precision = 14;

    public const int One = 1 << Precision;

    /// <summary>Weights come in groups of this many; the last group is filled up with zeros.</summary>
    public const int Group = 4;

    private int[] _first = [];
    private short[] _weights = [];

    /// <summary>Output positions wanted.</summary>
    public int Length { get; private set; }

    /// <summary>Weights of each output position, a multiple of <see cref="Group"/>.</summary>
    public int Taps { get; private set; }

    /// <summary>The first source position that any of them needs.</summary>
    public int Start { get; private set; }

    /// <summary>Source positions needed, from <see cref="Start"/> on; those that only zeros meet are left out.</summary>
    public int Span { get; private set; }

    /// <summary>For each output position its first source position, counted from <see cref="Start"/>.</summary>
    public ReadOnlySpan<int> First => _first.AsSpan(0, Length);

    /// <summary>The weights: output positions x taps.</summary>
    public ReadOnlySpan<short> Weights => _weights.AsSpan(0, Length * Taps);

    /// <param name="axis">What is resized to what, and which part of it is wanted.</param>
    public void Set(in ResizedAxis axis)
    {
        double support = Math.Max(axis.Ratio, 1);
        (Length, Taps) = (axis.Length, ((int)Math.Ceiling(2 * support) + 1 + Group - 1) / Group * Group);
        Grow(Length * Taps);
        int end = 0;
        Start = int.MaxValue;
        for (int i = 0; i < Length; i++)
        {
            double centre = (axis.Position(i) + 0.5) * axis.Ratio;
            int first = Math.Clamp((int)(centre - support + 0.5), 0, axis.Samples - 1);
            int last = Math.Clamp((int)(centre + support + 0.5) - 1, first, axis.Samples - 1);
            Fill(_weights.AsSpan(i * Taps, Taps), first - centre + 0.5, last - first + 1, support);
            _first[i] = first;
            (Start, end) = (Math.Min(Start, first), Math.Max(end, last + 1));
        }
        Span = end - Start;
        foreach (ref int first in _first.AsSpan(0, Length))
            first -= Start;
    }

    /// <param name="weights">Where they go; the rest becomes zero.</param>
    /// <param name="offset">The first source position, seen from the centre of the filter.</param>
    /// <param name="count">Source positions under the filter.</param>
    /// <param name="support">Half the width of the filter, in source positions.</param>
    private static void Fill(Span<short> weights, double offset, int count, double support)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
            sum += Triangle(offset + i, support);

        weights.Clear();
        int left = One,
            largest = 0;
        for (int i = 0; i < count && sum > 0; i++)
        {
            weights[i] = (short)(Triangle(offset + i, support) / sum * One + 0.5);
            left -= weights[i];
            largest = weights[i] > weights[largest] ? i : largest;
        }
        weights[largest] += (short)left; // what rounding left over, so that an even surface stays what it is
    }

    private static double Triangle(double x, double support) => Math.Max(0, 1 - Math.Abs(x) / support);

    private void Grow(int weights)
    {
        if (_first.Length < Length)
            _first = new int[Length];
        if (_weights.Length < weights)
            _weights = new short[weights];
    }
}
