using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace Lockstep.Core.Metrics;

/// <summary>
/// What an evaluation measured, in the order in which the net names it. Two are equal where names and values are. As JSON it is an object
/// with a number for each name.
/// </summary>
[CollectionBuilder(typeof(MetricValues), nameof(Create)), JsonConverter(typeof(MetricValuesJson))]
public sealed class MetricValues : IReadOnlyList<Metric>, IEquatable<MetricValues>
{
    private readonly Metric[] _values;

    private MetricValues(Metric[] values) => _values = values;

    /// <summary>Nothing was measured.</summary>
    public static MetricValues None { get; } = new([]);

    public int Count => _values.Length;

    public Metric this[int index] => _values[index];

    /// <summary>The value of a name; null where it was not measured.</summary>
    public double? this[string name]
    {
        get
        {
            foreach (var value in _values)
            {
                if (value.Name == name)
                    return value.Value;
            }

            return null;
        }
    }

    /// <summary>The loss over the test set; no number where it was not measured.</summary>
    public double TestLoss => this[MetricNames.TestLoss] ?? double.NaN;

    public static MetricValues Create(ReadOnlySpan<Metric> values) => new(values.ToArray());

    public bool Equals(MetricValues? other) => other is not null && _values.AsSpan().SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as MetricValues);

    public override int GetHashCode() => _values.Aggregate(0, HashCode.Combine);

    public IEnumerator<Metric> GetEnumerator() => ((IEnumerable<Metric>)_values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(", ", _values.Select(v => FormattableString.Invariant($"{v.Name} {v.Value}")));
}
