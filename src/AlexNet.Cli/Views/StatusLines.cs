using System.Globalization;
using AlexNet.Core.Status;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AlexNet.Cli.Views;

/// <summary>A run's status for a person at a terminal; looks as the run does to whoever trains it.</summary>
internal static class StatusLines
{
    private const int BarWidth = 32, ShownEvents = 8;
    private const int WideColumns = 120; // of the terminal, from which on there is room for all that is known

    private static readonly (string Title, bool IsNumber, bool NeedsRoom, Func<WorkerStatus, string> Of)[] Columns =
    [
        ("worker", false, false, w => Markup.Escape(w.Id)),
        ("state", false, false, HealthOf),
        ("slot", false, false, w => w.Replica is { } replica ? $"replica {replica}, shard {w.Shard}" : "-"),
        ("process", false, true, w => Markup.Escape($"{w.ProcessId} on {w.Host}{(w.Device is null ? "" : $", {w.Device}")}")),
        ("images/s", true, false, w => w.ImagesPerSecond is { } speed ? RunProgress.Invariant($"{speed:0}") : "-"),
        ("step", true, false, w => w.StepSeconds is { } step ? RunProgress.Invariant($"{step * 1000:0} ms") : "-"),
        ("own time", true, false, w => w.StragglerScore is { } score ? RunProgress.Invariant($"{score:0.00} x") : "-"),
        ("phases", false, true, w => w.Phases.Count == 0 ? "-" : string.Join(", ", w.Phases.OrderByDescending(p => p.Share).Take(3).Select(p => RunProgress.Invariant($"{p.Phase} {p.Share:P0}")))),
        ("last message", false, true, w => Markup.Escape($"{w.LastMessage}{(w.LastMessageSeconds is { } age ? RunProgress.Invariant($" ({age:0} s ago)") : "")}")),
    ];

    /// <param name="status">The run's.</param>
    /// <param name="columns">Of the terminal.</param>
    public static Rows Of(RunStatus status, int columns) => new(
    [
        new Markup($"[bold]{Markup.Escape(status.Recipe)}[/]  {StateOf(status)}  [grey]{Markup.Escape(status.Reason)}[/]"),
        Bar(status.Progress),
        new Text(Numbers(status)),
        .. status.Pending is { } pending ? [new Markup($"[blue]{Markup.Escape(pending)}[/]")] : Array.Empty<IRenderable>(),
        .. status.Workers.Count > 0 ? [Workers(status, columns >= WideColumns)] : Array.Empty<IRenderable>(),
        .. Troubles(status),
        new Text(Checkpoint(status)),
        .. status.Events.Take(ShownEvents).Select(Event),
    ]);

    private static string StateOf(RunStatus status) => status.State switch
    {
        "running" or "finished" => $"[green]{status.State}[/]",
        "failed" => "[red]failed[/]",
        _ => $"[blue]{status.State}[/]",
    };

    private static Markup Bar(ProgressStatus progress)
    {
        int done = (int)(Math.Clamp(progress.Share ?? 0, 0, 1) * BarWidth);
        string left = RunProgress.Time(progress.SecondsLeft is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        return new Markup($"[green]{new string('█', done)}[/][grey]{new string('░', BarWidth - done)}[/] {RunProgress.Invariant($"{progress.Share ?? 0:P0}")}  left {left}");
    }

    private static string Numbers(RunStatus status)
    {
        var p = status.Progress;
        string accuracy = p.Top1 is { } top1 ? RunProgress.Invariant($"  test accuracy {top1:P2}") : "";
        return RunProgress.Invariant($"epoch {Known(p.Epoch)}/{p.Epochs}  step {p.Step:N0}/{Known(p.TotalSteps)}  loss {Known(p.Loss, "0.0000")}  {Known(p.ImagesPerSecond)} images/s{accuracy}  generation {status.Generation}");
    }

    private static Table Workers(RunStatus status, bool isWide)
    {
        var table = new Table().Border(TableBorder.Rounded);
        var columns = Columns.Where(c => isWide || !c.NeedsRoom).ToList();
        foreach (var column in columns)
            table.AddColumn(new TableColumn(column.Title) { Alignment = column.IsNumber ? Justify.Right : Justify.Left, NoWrap = !isWide });
        foreach (var worker in status.Workers)
            table.AddRow([.. columns.Select(c => c.Of(worker))]);
        return table;
    }

    private static IEnumerable<IRenderable> Troubles(RunStatus status) =>
        status.Workers.Where(w => w.Health is WorkerHealth.Slow or WorkerHealth.Hung or WorkerHealth.Gone)
            .Select(w => new Markup($"[{Colour(w.Health)}]{Markup.Escape($"Worker {w.Id} is {Word(w.Health)}: {w.Why}")}[/]"));

    private static string Checkpoint(RunStatus status) => status.Checkpoints.Count == 0 ? "Nothing is saved yet."
        : RunProgress.Invariant($"Newest checkpoint: step {status.Checkpoints[0].Step:N0}, {CheckpointLines.Size(status.Checkpoints[0].Bytes)}, {RunProgress.Time(status.Time - status.Checkpoints[0].Written)} old.");

    private static Markup Event(EventStatus entry) =>
        new($"[grey]{entry.Time:HH:mm:ss}[/] {(entry.IsTrouble ? "[red]" : "[default]")}{Markup.Escape(entry.Title)}[/] [grey]{Markup.Escape(entry.Reason)}[/]");

    private static string HealthOf(WorkerStatus worker) => $"[{Colour(worker.Health)}]{Word(worker.Health)}[/]";

    private static string Colour(WorkerHealth health) => health switch
    {
        WorkerHealth.Good or WorkerHealth.Done => "green",
        WorkerHealth.Slow => "yellow",
        WorkerHealth.Hung or WorkerHealth.Gone => "red",
        _ => "blue",
    };

    private static string Word(WorkerHealth health) => health.ToString().ToLowerInvariant();

    private static string Known(double? value, string format = "N0") => value is { } known ? known.ToString(format, CultureInfo.InvariantCulture) : "-";
}
