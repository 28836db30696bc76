using Lockstep.Core.Metrics;

namespace Lockstep.Torch.Trainables;

/// <summary>
/// What an evaluation adds up, by name: sums over samples, in double. A count stays a whole number, so replicas' sums add up exactly.
/// One of them is <see cref="MetricNames.TestLoss"/>, the sum of the samples' losses.
/// </summary>
public sealed class MetricSums
{
    private readonly IReadOnlyList<string> _names;
    private readonly double[] _values; // a sum for each name, then the weight of each

    /// <param name="names">The sums, in the order in which they travel between replicas.</param>
    /// <exception cref="ArgumentException">A name cannot be a metric's, or stands twice.</exception>
    public MetricSums(IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(name => !MetricNames.IsName(name)) is { } wrong)
        {
            throw new ArgumentException(
                $"'{wrong}' cannot be the name of a metric; 1 to 40 lower-case letters, digits and underscores are required, a letter "
                    + $"first, and not event, epoch, step or loss: call the loss over the test set '{MetricNames.TestLoss}'.",
                nameof(names)
            );
        }

        if (names.Distinct().Count() < names.Count)
        {
            throw new ArgumentException(
                $"a metric is named twice: {string.Join(", ", names)}; each needs a name of its own.",
                nameof(names)
            );
        }

        (_names, _values) = (names, new double[2 * names.Count]);
    }

    /// <summary>All that is added up, as it travels between replicas.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The sum of a name; 0 where nobody makes it.</summary>
    public double this[string name] => Place(name) is var place and >= 0 ? _values[place] : 0;

    /// <exception cref="ArgumentException">There is no such sum.</exception>
    public void Add(string name, double value)
    {
        int place = Place(name);
        if (place < 0)
            throw new ArgumentException($"the sum '{name}' was not announced; there are {string.Join(", ", _names)}.", nameof(name));
        _values[place] += value;
    }

    /// <summary>Adds to a sum that is divided by a weight of its own, such as a number of tokens, and not by the samples.</summary>
    /// <exception cref="ArgumentException">There is no such sum.</exception>
    public void AddWeighed(string name, double value, double weight)
    {
        Add(name, value);
        _values[_names.Count + Place(name)] += weight;
    }

    /// <summary>The means over so many samples, or over weights, in the order of the names.</summary>
    public MetricValues Over(int samples) => [.. _names.Select((name, i) => new Metric(name, _values[i] / WeightOf(i, samples)))];

    /// <summary>Adds another's sums of the same names.</summary>
    public void Add(ReadOnlySpan<double> others)
    {
        for (int i = 0; i < _values.Length; i++)
            _values[i] += others[i];
    }

    private double WeightOf(int place, int samples) => _values[_names.Count + place] is > 0 and var weight ? weight : samples;

    private int Place(string name)
    {
        for (int i = 0; i < _names.Count; i++)
        {
            if (_names[i] == name)
                return i;
        }

        return -1;
    }
}
