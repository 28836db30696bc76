using System.Text.Json;
using Lockstep.Views;

namespace AlexNet.Cli.Bench;

/// <summary>The results of <c>alexnet bench compute</c>: a table for people, Markdown, or JSON.</summary>
internal static class ComputeTable
{
    private static readonly string[] Columns = ["precision", "layout", "threads", "images/s", "step ms", "kernels ms", "share"];

    /// <summary>The lines before the first row.</summary>
    public static IEnumerable<string> Heading(string output, IEnumerable<string> phases) =>
        output switch
        {
            "json" => [],
            "markdown" => [Markdown(Columns.Concat(phases)), Markdown(Columns.Concat(phases).Select(_ => "---"))],
            _ => [Text(Columns.Concat(phases))],
        };

    public static string Row(string output, ComputeRow row) =>
        output switch
        {
            "json" => JsonSerializer.Serialize(
                new
                {
                    @event = "compute",
                    precision = row.Precision,
                    layout = row.Layout,
                    threads = row.Threads,
                    images_per_second = row.ImagesPerSecond,
                    step_ms = row.StepMs,
                    kernels_ms = row.KernelsMs,
                    kernel_share = row.KernelShare,
                    phases_ms = row.Phases,
                }
            ),
            "markdown" => Markdown(Cells(row)),
            _ => Text(Cells(row)),
        };

    private static IEnumerable<string> Cells(ComputeRow row) =>
        [
            row.Precision,
            row.Layout,
            $"{row.Threads}",
            RunProgress.Invariant($"{row.ImagesPerSecond:0.0}"),
            RunProgress.Invariant($"{row.StepMs:0}"),
            RunProgress.Invariant($"{row.KernelsMs:0}"),
            RunProgress.Invariant($"{row.KernelShare:P0}"),
            .. row.Phases.Values.Select(ms => RunProgress.Invariant($"{ms:0.0}")),
        ];

    private static string Markdown(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Text(IEnumerable<string> cells) => string.Concat(cells.Select(cell => $"{cell, 11}"));
}
