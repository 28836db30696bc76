using System.Text.Json;
using Lockstep.Core.Metrics;
using Lockstep.Terminals;
using Spectre.Console;

namespace AlexNet.Cli.Sweeping;

/// <summary>The results of a sweep for people, and for programs. The names of the latter are contract.</summary>
internal static class SweepLines
{
    /// <summary>A table with a row for each setting.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyList<SweepResult> results)
    {
        var table = new FittedTable(
            "setting",
            FittedColumn.Number("runs"),
            FittedColumn.Number("accuracy"),
            FittedColumn.Number("spread"),
            FittedColumn.Number("lowest"),
            FittedColumn.Number("highest")
        );
        foreach (var result in results)
        {
            var values = result.Values;
            table.AddRow(
                result.Setting.Name,
                $"{values.Count}",
                Text(result.Mean),
                Text(result.Spread),
                Text(values.Count > 0 ? values.Min() : null),
                Text(values.Count > 0 ? values.Max() : null)
            );
        }

        console.Write(table);
        console.WriteLine("accuracy: mean after the last epoch; spread: sample standard deviation");
    }

    public static string Json(string directory, string? picture, IReadOnlyList<SweepResult> results) =>
        JsonSerializer.Serialize(
            new
            {
                @event = "swept",
                directory,
                picture,
                settings = results.Select(r => new
                {
                    setting = r.Setting.Values.ToDictionary(),
                    mean = r.Mean,
                    spread = r.Spread,
                    runs = r.Runs.Select(run => new
                    {
                        seed = run.Seed,
                        directory = run.Directory,
                        accuracy = run.Accuracy,
                    }),
                }),
            }
        );

    private static string Text(double? share) => MetricText.Value(MetricNames.Top1, share);
}
