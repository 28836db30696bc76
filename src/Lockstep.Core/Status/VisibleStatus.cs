using Lockstep.Core.Metrics;
using Lockstep.Core.Runs;
using Lockstep.Core.Texts;

namespace Lockstep.Core.Status;

/// <summary>
/// A status whose texts came from elsewhere, for a page or a terminal: every text of it shows, and commands nothing
/// (<see cref="VisibleText"/>).
/// </summary>
public static class VisibleStatus
{
    /// <summary>The same status, with every text written out.</summary>
    public static RunStatus Of(RunStatus status) =>
        status with
        {
            RunId = VisibleText.Line(status.RunId),
            Recipe = VisibleText.Line(status.Recipe),
            SampleNoun = VisibleText.Line(status.SampleNoun),
            Version = VisibleText.Line(status.Version),
            State = VisibleText.Line(status.State),
            Reason = VisibleText.Line(status.Reason),
            RunDirectory = VisibleText.Line(status.RunDirectory),
            Pending = Line(status.Pending),
            Progress = Of(status.Progress),
            Workers = [.. status.Workers.Select(Of)],
            Events = [.. status.Events.Select(Of)],
            Checkpoints = [.. status.Checkpoints.Select(Of)],
            Goodput = Goodput.Sound(status.Goodput),
            Curves = status.Curves with
            {
                Metrics = status.Curves.Metrics.Where(m => MetricNames.IsName(m.Key)).ToDictionary(),
                PhaseLosses = status.Curves.PhaseLosses.Where(p => MetricNames.IsName(p.Key)).ToDictionary(),
            },
        };

    private static ProgressStatus Of(ProgressStatus progress) =>
        progress with
        {
            Metrics = [.. progress.Metrics.Where(m => MetricNames.IsName(m.Name))],
            Objective = VisibleText.Line(progress.Objective),
        };

    private static WorkerStatus Of(WorkerStatus worker) =>
        worker with
        {
            Id = VisibleText.Line(worker.Id),
            Host = VisibleText.Line(worker.Host),
            Device = Line(worker.Device),
            Why = VisibleText.Line(worker.Why),
            LastMessage = Line(worker.LastMessage),
            Phases = [.. worker.Phases.Select(p => p with { Phase = VisibleText.Line(p.Phase) })],
        };

    private static EventStatus Of(EventStatus entry) =>
        entry with
        {
            Kind = VisibleText.Line(entry.Kind),
            Title = VisibleText.Line(entry.Title),
            Reason = VisibleText.Line(entry.Reason),
        };

    private static CheckpointStatus Of(CheckpointStatus checkpoint) =>
        checkpoint with
        {
            State = VisibleText.Line(checkpoint.State),
            Name = VisibleText.Line(checkpoint.Name),
        };

    private static string? Line(string? text) => text is null ? null : VisibleText.Line(text);
}
