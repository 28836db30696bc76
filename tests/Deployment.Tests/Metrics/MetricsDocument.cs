using System.Text.RegularExpressions;

namespace Deployment.Tests.Metrics;

/// <summary>Metrics as docs/metrics.md lists them and as a program exposes them.</summary>
internal static partial class MetricsDocument
{
    /// <summary>The rows of the document's tables.</summary>
    public static IEnumerable<Metric> Documented(string markdown) =>
        Row()
            .Matches(markdown)
            .Select(m => new Metric(
                m.Groups["name"].Value,
                m.Groups["type"].Value,
                Sorted(Code().Matches(m.Groups["labels"].Value).Select(l => l.Groups[1].Value))
            ));

    /// <summary>The metrics of one answer of <c>/metrics</c>.</summary>
    public static IEnumerable<Metric> Exposed(string text) =>
        Type()
            .Matches(text)
            .Select(m =>
            {
                string name = m.Groups["name"].Value;
                var samples = Regex.Matches(text, $$"""^{{name}}(_bucket|_sum|_count)?\{(?<labels>[^}]*)\}""", RegexOptions.Multiline);
                var labels = samples
                    .SelectMany(s => Label().Matches(s.Groups["labels"].Value))
                    .Select(l => l.Groups[1].Value)
                    .Where(l => l != "le");
                return new Metric(name, m.Groups["type"].Value, Sorted(labels));
            });

    private static string Sorted(IEnumerable<string> labels) => string.Join(',', labels.Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| (?<type>\w+) \|[^|]*\|(?<labels>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^# TYPE (?<name>\w+) (?<type>\w+)", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex("(\\w+)=\"")]
    private static partial Regex Label();
}
