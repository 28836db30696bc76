using System.Globalization;

namespace Lockstep.Core.Metrics;

/// <summary>Metrics as people read them.</summary>
public static class MetricText
{
    /// <summary>What a metric is called where one word has to do, such as <c>accuracy</c> or <c>test loss</c>.</summary>
    public static string Name(string metric) => metric == MetricNames.Top1 ? "accuracy" : MetricNames.Label(metric);

    /// <summary>The same for a metric that stands among those of training, such as <c>test accuracy</c> or <c>test loss</c>.</summary>
    public static string OnTestSet(string metric) =>
        Name(metric) is var name && name.StartsWith("test ", StringComparison.Ordinal) ? name : $"test {name}";

    /// <summary>A share as <c>81.25%</c>, anything else in four decimals.</summary>
    /// <param name="metric">The name of the metric.</param>
    /// <param name="value">Null where it was not measured.</param>
    /// <param name="none">Stands for a value that was not measured.</param>
    public static string Value(string metric, double? value, string none = "-") =>
        value is not { } known ? none
        : MetricNames.IsShare(metric) ? (known * 100).ToString("0.00", CultureInfo.InvariantCulture) + "%"
        : known.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Value(string, double?, string)"/>
    public static string Value(string metric, MetricValues metrics) => Value(metric, metrics[metric]);

    /// <summary>Such as <c>test loss 0.4100, accuracy 90.00% (top 5: 99.00%)</c>; the guesses stand together.</summary>
    public static string Sentence(MetricValues metrics)
    {
        var parts = new List<string>();
        foreach (var metric in metrics.Where(m => m.Name != MetricNames.Top5 || metrics[MetricNames.Top1] is null))
        {
            string more =
                metric.Name == MetricNames.Top1 && metrics[MetricNames.Top5] is { } top5
                    ? $" (top 5: {Value(MetricNames.Top5, top5)})"
                    : "";
            parts.Add($"{Name(metric.Name)} {Value(metric.Name, metric.Value)}{more}");
        }

        return string.Join(", ", parts);
    }
}
