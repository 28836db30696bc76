using System.Globalization;
using Lockstep.Core.Metrics;
using Lockstep.Core.Status;
using Lockstep.Core.Texts;

namespace Lockstep.Coordinator.Watching;

/// <summary>How the page words numbers and states.</summary>
internal static class Words
{
    public const string None = "–";

    public static string Number(double? value, string format) =>
        value is { } known ? known.ToString(format, CultureInfo.InvariantCulture) : None;

    /// <summary>Such as <c>1,234</c>.</summary>
    public static string Whole(double? value) => Number(value, "N0");

    /// <summary>A share as <c>12%</c>.</summary>
    public static string Percent(double? share, string format = "0") =>
        share is { } known ? (known * 100).ToString(format, CultureInfo.InvariantCulture) + "%" : None;

    /// <summary>A share as <c>12.3%</c>, any other metric as a loss.</summary>
    public static string Metric(string name, double? value) => MetricNames.IsShare(name) ? Percent(value, "0.0") : Small(value);

    /// <summary>A loss or a rate, in four digits or so.</summary>
    public static string Small(double? value) =>
        value is { } v && Math.Abs(v) is > 0 and < 0.001 ? Number(v, "0.0e0") : Number(value, "0.0000");

    /// <summary>Such as <c>2 h 05 min</c>, <c>3 min 20 s</c>, <c>41 s</c>.</summary>
    public static string Duration(double? seconds)
    {
        if (seconds is not { } s || !double.IsFinite(s))
            return None;
        var time = TimeSpan.FromSeconds(Math.Min(s, TimeSpan.MaxValue.TotalSeconds / 2));
        return time switch
        {
            { TotalDays: >= 1 } => $"{(int)time.TotalDays} d {time.Hours:00} h",
            { TotalHours: >= 1 } => $"{time.Hours} h {time.Minutes:00} min",
            { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds:00} s",
            _ => Number(Math.Floor(time.TotalSeconds), "0") + " s",
        };
    }

    /// <summary>The time of a step.</summary>
    public static string Step(double? seconds) =>
        seconds switch
        {
            null => None,
            < 1 => Number(seconds * 1000, "0") + " ms",
            < 100 => Number(seconds, "0.0") + " s",
            _ => Duration(seconds),
        };

    public static string Ago(double? seconds) =>
        seconds switch
        {
            null => "",
            < 1 => "just now",
            < 60 => $"{Number(Math.Floor(seconds.Value), "0")} s ago",
            < 3600 => $"{Number(Math.Floor(seconds.Value / 60), "0")} min ago",
            _ => $"{Duration(seconds)} ago",
        };

    /// <summary>In powers of ten.</summary>
    public static string Size(long bytes) =>
        bytes >= 1_000_000_000 ? Number(bytes / 1e9, "0.0") + " GB" : Number(bytes / 1e6, "0.0") + " MB";

    public static string Slot(WorkerStatus worker) =>
        worker.Replica is { } replica ? $"replica {replica}, shard {worker.Shard}" : "no slot";

    public static string Health(WorkerHealth health) =>
        health switch
        {
            WorkerHealth.Good => "good",
            WorkerHealth.Joining => "getting ready",
            WorkerHealth.Spare => "standing by",
            WorkerHealth.Waiting => "waiting",
            WorkerHealth.Slow => "slow",
            WorkerHealth.Hung => "hung",
            WorkerHealth.Gone => "gone",
            _ => "done",
        };

    /// <summary>How the run does, in a sentence that changes only when something happens, for those who listen to the page.</summary>
    public static string Verdict(RunStatus status)
    {
        if (status.State == "failed")
            return "The run has failed.";
        if (status.IsOver)
            return "The run has ended in good order.";
        string[] troubles = [.. StatusDigest.Troubles(status).Select(w => $"Worker {w.Id} is {Health(w.Health)}.")];
        return troubles.Length > 0 ? string.Join(' ', troubles)
            : status.State == "running"
                ? $"Training goes well on {Count.Of(status.Workers.Count(w => w.Health == WorkerHealth.Good), "worker")}."
            : $"The run is {status.State}.";
    }
}
