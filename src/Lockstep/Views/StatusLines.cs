using System.Globalization;
using Lockstep.Core.Metrics;
using Lockstep.Core.Runs;
using Lockstep.Core.Status;
using Lockstep.Terminals;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockstep.Views;

/// <summary>A run's status for a person at a terminal; looks as the run does to whoever trains it.</summary>
internal static class StatusLines
{
    private const int ShownEvents = 8;

    private static (FittedColumn Column, Func<WorkerStatus, RunStatus, FittedCell> Of)[] Columns(RunStatus status) =>
        [
            ("worker", (w, _) => w.Id),
            ("state", (w, _) => new FittedCell(Word(w.Health), Colour(w.Health))),
            ("slot", (w, _) => w.Replica is { } replica ? $"{replica}/{w.Shard}" : "-"),
            (FittedColumn.Number(status.SpeedUnit), (w, _) => w.SamplesPerSecond is { } speed ? RunProgress.Invariant($"{speed:0}") : "-"),
            (FittedColumn.Number("step"), (w, _) => w.StepSeconds is { } step ? RunProgress.Invariant($"{step * 1000:0} ms") : "-"),
            (FittedColumn.Number("own time"), (w, _) => w.StragglerScore is { } score ? RunProgress.Invariant($"{score:0.00} x") : "-"),
            (new FittedColumn("process", NeedsRoom: true), (w, _) =>
                $"{w.ProcessId} on {w.Host}{(w.Device is null ? "" : $", {w.Device}")}"
            ),
            (new FittedColumn("last message", NeedsRoom: true), (w, run) => LastMessage(w, run)),
            (new FittedColumn("phases", NeedsRoom: true), (w, _) =>
                w.Phases.Count == 0
                    ? "-"
                    : string.Join(
                        ", ",
                        w.Phases.OrderByDescending(p => p.Share).Take(3).Select(p => RunProgress.Invariant($"{p.Phase} {p.Share:P0}"))
                    )
            ),
        ];

    /// <param name="status">The run's.</param>
    /// <param name="columns">The columns of the terminal.</param>
    public static Rows Of(RunStatus status, int columns) =>
        new([
            new Markup($"[bold]{Markup.Escape(status.Recipe)}[/]  {StateOf(status)}  [grey]{Markup.Escape(status.Reason)}[/]"),
            Bar(status, columns),
            new Text(Numbers(status, columns)),
            .. status.Pending is { } pending ? [new Markup($"[blue]{Markup.Escape(pending)}[/]")] : Array.Empty<IRenderable>(),
            .. status.Workers.Count > 0 ? [Workers(status)] : Array.Empty<IRenderable>(),
            .. Troubles(status),
            new Text(Checkpoint(status)),
            .. status.Goodput is { Seconds: > 0 } goodput ? [new Text(GoodputText.Sentence(goodput))] : Array.Empty<IRenderable>(),
            .. status.Events.Count == 0 ? Array.Empty<IRenderable>() : [new Markup($"[grey]{EventsTitle(status.Events.Count)}[/]")],
            .. status.Events.Take(ShownEvents).Select(e => Event(e, status)),
        ]);

    private static string StateOf(RunStatus status) =>
        status.State switch
        {
            "running" or "finished" => $"[green]{status.State}[/]",
            "failed" => "[red]failed[/]",
            _ => $"[blue]{Markup.Escape(status.State)}[/]",
        };

    private static Markup Bar(RunStatus status, int columns)
    {
        var left = status.Progress.SecondsLeft is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        return ShareBar.Of(status.Progress.Share ?? 0, columns, status.IsOver ? null : RunProgress.Time(left));
    }

    private static string Numbers(RunStatus status, int columns)
    {
        var p = status.Progress;
        string[] parts =
        [
            $"epoch {Known(p.Epoch)}/{p.Epochs}",
            RunProgress.Invariant($"step {p.Step:N0}/{Known(p.TotalSteps)}"),
            $"loss {Known(p.Loss, "0.0000")}",
            $"{Known(p.SamplesPerSecond)} {status.SpeedUnit}",
        ];
        string[] measured = p.Current is { } value ? [$"{MetricText.OnTestSet(p.Objective)} {MetricText.Value(p.Objective, value)}"] : [];
        return FittedLine.Of([.. parts, .. measured, $"generation {status.Generation}"], columns);
    }

    private static FittedTable Workers(RunStatus status)
    {
        var columns = Columns(status);
        var table = new FittedTable([.. columns.Select(c => c.Column)]);
        foreach (var worker in status.Workers)
            table.AddRow(columns.Select(c => c.Of(worker, status)));
        return table;
    }

    private static IEnumerable<IRenderable> Troubles(RunStatus status) =>
        StatusDigest
            .Troubles(status)
            .Select(w => (IRenderable)new Text($"Worker {w.Id} is {Word(w.Health)}. {StatusDigest.WhyOf(w, status)}", Colour(w.Health)));

    private static string LastMessage(WorkerStatus worker, RunStatus run)
    {
        string age = !run.IsOver && worker.LastMessageSeconds is >= 1 and var seconds ? RunProgress.Invariant($" ({seconds:0} s ago)") : "";
        return $"{worker.LastMessage}{age}".Trim();
    }

    private static string Checkpoint(RunStatus status)
    {
        if (status.Checkpoints.Count == 0)
            return "Nothing is saved yet.";
        var newest = status.Checkpoints[0];
        string when = status.IsOver
            ? string.Create(CultureInfo.InvariantCulture, $"written {newest.Written.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC")
            : $"{RunProgress.Time(status.Time - newest.Written)} old";
        return RunProgress.Invariant($"Newest checkpoint: step {newest.Step:N0}, {CheckpointLines.Size(newest.Bytes)}, {when}.");
    }

    private static string EventsTitle(int count) =>
        count > ShownEvents ? $"Events, the newest {ShownEvents} of {count}; times are UTC:" : "Events, newest first; times are UTC:";

    private static Markup Event(EventStatus entry, RunStatus status)
    {
        string reason = StatusDigest.ReasonOf(entry, status),
            colon = reason.Length > 0 ? ":" : "",
            colour = entry.IsTrouble ? "[red]" : "[default]",
            why = reason.Length > 0 ? $" [grey]{Markup.Escape(reason)}[/]" : "";
        return new($"[grey]{entry.Time.UtcDateTime:HH:mm:ss}[/] {colour}{Markup.Escape(entry.Title)}{colon}[/]{why}");
    }

    private static Color Colour(WorkerHealth health) =>
        health switch
        {
            WorkerHealth.Good or WorkerHealth.Done => Color.Green,
            WorkerHealth.Slow => Color.Yellow,
            WorkerHealth.Hung or WorkerHealth.Gone => Color.Red,
            _ => Color.Blue,
        };

    private static string Word(WorkerHealth health) => health.ToString().ToLowerInvariant();

    private static string Known(double? value, string format = "N0") =>
        value is { } known ? known.ToString(format, CultureInfo.InvariantCulture) : "-";
}
