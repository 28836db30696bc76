using System.Text.Json;

namespace AlexNet.CheckBenchmark;

/// <summary>The results as lines for people, Markdown, or JSON.</summary>
internal static class CheckTable
{
    public static IEnumerable<string> Heading(string output) =>
        output == "markdown" ? ["| check | found | allowed | good |", "|---|---|---|---|"] : [];

    public static string Row(string output, CheckRow row) =>
        output switch
        {
            "json" => JsonSerializer.Serialize(
                new
                {
                    @event = "check",
                    what = row.What,
                    found = row.Found,
                    allowed = row.Allowed,
                    good = row.Good,
                }
            ),
            "markdown" => $"| {Cell(row.What)} | {Cell(row.Found)} | {Cell(row.Allowed)} | {row.Verdict} |",
            _ => $"{row.Verdict, -8} {row.What}: {row.Found} ({row.Allowed})",
        };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
