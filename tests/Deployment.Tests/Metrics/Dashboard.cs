using System.Text.Json;
using System.Text.RegularExpressions;
using AlexNet.Testing;

namespace Deployment.Tests.Metrics;

/// <summary>deploy/grafana/dashboards/lockstep.json.</summary>
internal static partial class Dashboard
{
    public static JsonElement Read() => JsonElement.Parse(File.ReadAllText(Checkout.PathOf("deploy/grafana/dashboards/lockstep.json")));

    /// <summary>Its panels, in their order; headings of rows are none.</summary>
    public static IReadOnlyList<JsonElement> Panels =>
        [.. Read().GetProperty("panels").EnumerateArray().Where(p => p.GetProperty("type").GetString() != "row")];

    /// <summary>The queries of a panel.</summary>
    public static IEnumerable<string> Queries(JsonElement panel) =>
        panel.GetProperty("targets").EnumerateArray().Select(t => t.GetProperty("expr").GetString() ?? "");

    /// <summary>A query with Grafana's variables put in, for one moment.</summary>
    public static string Fill(string query, string rateInterval) =>
        query.Replace("$__rate_interval", rateInterval, StringComparison.Ordinal);

    /// <summary>The metrics of ours that a query names, without the suffixes of a histogram's parts.</summary>
    public static IEnumerable<string> MetricsOf(string query) =>
        Name().Matches(query).Select(m => Part().Replace(m.Value, "duration_seconds"));

    [GeneratedRegex(@"lockstep_\w+")]
    private static partial Regex Name();

    [GeneratedRegex("(?<=^lockstep_worker_step_)duration_seconds_(sum|count|bucket)$")]
    private static partial Regex Part();
}
