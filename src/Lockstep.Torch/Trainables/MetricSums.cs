using Lockstep.Core.Metrics;

namespace Lockstep.Torch.Trainables;

/// <summary>
/// What an evaluation adds up, by name: sums over samples, in double. A count stays a whole number, so replicas' sums add up exactly.
/// One of them is <see cref="MetricNames.TestLoss"/>, the sum of the samples' losses.
/// </summary>
/// <param name="names">The sums, in the order in which they travel between replicas.</param>
public sealed class MetricSums(IReadOnlyList<string> names)
{
    private readonly double[] _values = new double[names.Count];

    /// <summary>In the order of the names.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The sum of a name; 0 where nobody makes it.</summary>
    public double this[string name] => Place(name) is var place and >= 0 ? _values[place] : 0;

    /// <exception cref="ArgumentException">There is no such sum.</exception>
    public void Add(string name, double value)
    {
        int place = Place(name);
        if (place < 0)
            throw new ArgumentException($"the sum '{name}' was not announced; there are {string.Join(", ", names)}.", nameof(name));
        _values[place] += value;
    }

    /// <summary>The means over so many samples, in the order of the names.</summary>
    public MetricValues Over(int samples) => [.. names.Select((name, i) => new Metric(name, _values[i] / samples))];

    /// <summary>Adds another's sums of the same names.</summary>
    public void Add(ReadOnlySpan<double> others)
    {
        for (int i = 0; i < _values.Length; i++)
            _values[i] += others[i];
    }

    private int Place(string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
                return i;
        }

        return -1;
    }
}
