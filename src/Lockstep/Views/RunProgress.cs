using System.Globalization;
using Lockstep.Core.Metrics;
using Lockstep.Core.Runs;
using Lockstep.Core.Status;
using Lockstep.Core.Texts;
using Lockstep.Hosting;
using Lockstep.Launching;
using Lockstep.Protocol.V1;
using Lockstep.Terminals;

namespace Lockstep.Views;

/// <summary>What the views know of a run so far, and how they word it.</summary>
internal sealed class RunProgress
{
    /// <summary>Null until training begins.</summary>
    public Started? Started { get; private set; }

    public StepDone? Step { get; private set; }

    /// <summary>The workers of the generation in force, in rank order.</summary>
    public IReadOnlyList<Member> Members { get; private set; } = [];

    public List<EpochDone> Epochs { get; } = [];

    public string State { get; private set; } = "Starting the coordinator and the workers.";

    private double _startedAt,
        _now;

    public void Add(RunEvent entry)
    {
        _now = entry.Seconds;
        if (entry.State is { } state)
            State = state.Reason;
        if (entry.Started is { } started)
            (Started, Members, _startedAt) = (started, started.Members, entry.Seconds);
        if (entry.Generation is { } generation)
            Members = generation.Members;
        if (entry.Step is { } step)
            Step = step;
        if (entry.Epoch is { } epoch)
            Epochs.Add(epoch);
    }

    /// <summary>Share of the run that is done, 0 to 1.</summary>
    public double Share => Started is { TotalSteps: > 0 } started && Step is { } step ? (double)step.Step / started.TotalSteps : 0;

    /// <summary>From the time that the steps so far, evaluations included, have taken; null before the first.</summary>
    public TimeSpan? TimeLeft => Share > 0 ? TimeSpan.FromSeconds((_now - _startedAt) / Share * (1 - Share)) : null;

    /// <summary>What a speed counts, such as <c>images/s</c>.</summary>
    public string SpeedUnit => $"{Started?.SampleNoun ?? "sample"}s/s";

    /// <summary>What is trained, and by whom.</summary>
    public string Headline() => string.Join(", ", Headlines());

    /// <summary>The same in the parts that a narrow terminal shows on a line each.</summary>
    public IReadOnlyList<string> Headlines() =>
        Started is not { } s
            ? []
            :
            [
                $"{s.Recipe}: {Count.Of(s.Parameters, "parameter")}, {Count.Of(s.Replicas * s.Shards, "worker")} "
                    + $"({Count.Of(s.Replicas, "replica")} of {Count.Of(s.Shards, "shard")}{Links(s)}{Factors(s)})",
                Invariant(
                    $"{s.TrainSamples:N0} training and {Count.Of(s.TestSamples, $"test {s.SampleNoun}")}, {Count.Of(s.TotalSteps, "step")}."
                ),
            ];

    /// <summary>How many pairs of workers each transport links, such as <c>; links: 4 shm, 2 grpc</c>.</summary>
    private static string Links(Started started) =>
        started.Links.Count == 0
            ? ""
            : "; links: " + string.Join(", ", started.Links.CountBy(l => l.Transport).Select(t => $"{t.Value} {t.Key.Name()}"));

    private static string Factors(Started started) =>
        started.Factors.Count == 0 ? "" : $"; reduced as factors: {string.Join(", ", started.Factors)}";

    public static string StatusPageLine(string statusPage) => $"Status page: {statusPage}";

    public string StepLine() => string.Join("  ", [.. StepParts(), $"left {Time(TimeLeft)}"]);

    /// <summary>The last step, without the time left, in as few lines as a terminal of so many columns needs.</summary>
    public string StepLine(int columns) => FittedLine.Of(StepParts(), columns);

    private IReadOnlyList<string> StepParts() =>
        Started is not { } started || Step is not { } step
            ? []
            :
            [
                $"epoch {step.Epoch}/{started.Epochs}",
                $"step {step.Step}/{started.TotalSteps}",
                Invariant($"{(step.Phase.Length > 0 ? step.Phase + " " : "")}loss {step.Loss:0.0000}"),
                Invariant($"{step.SamplesPerSecond:0} ") + SpeedUnit,
                Invariant($"exchange {Mean(step, p => p.Exchange):P0}"),
                Invariant($"data {Mean(step, p => p.Load):P0}"),
            ];

    /// <summary>
    /// What stays to be read above a view that redraws itself: evaluations, losses, recoveries, and what was not saved; null for any other
    /// event.
    /// </summary>
    public static string? Milestone(RunEvent entry) =>
        entry.EventCase switch
        {
            RunEvent.EventOneofCase.Epoch => EpochLine(entry.Epoch),
            RunEvent.EventOneofCase.Worker when entry.Worker.Stage is WorkerChanged.Types.Stage.Lost or WorkerChanged.Types.Stage.Failed =>
                WorkerLine(entry.Worker),
            RunEvent.EventOneofCase.Generation => GenerationLine(entry.Generation),
            RunEvent.EventOneofCase.Noticed => NoticeLine(entry.Noticed),
            RunEvent.EventOneofCase.Protection => ProtectionLine(entry.Protection),
            RunEvent.EventOneofCase.Checkpoint when entry.Checkpoint.Problem.Length > 0 => CheckpointLine(entry.Checkpoint),
            _ => null,
        };

    /// <summary>What became of a worker; a message that names it is the whole line.</summary>
    public static string WorkerLine(WorkerChanged worker) =>
        worker.Message.StartsWith($"worker {worker.WorkerId} ", StringComparison.Ordinal)
            ? WorkerDiagnosis.Sentence(worker.Message)
            : WorkerDiagnosis.Sentence(
                $"worker {worker.WorkerId} {What(worker.Stage)} (process {worker.ProcessId} on {worker.Host})"
                    + $"{(worker.Message.Length > 0 ? ": " + worker.Message : "")}"
            );

    private static string What(WorkerChanged.Types.Stage stage) => stage == WorkerChanged.Types.Stage.Lost ? "was lost" : stage.Word();

    public static string EpochLine(EpochDone epoch) =>
        Invariant($"epoch {epoch.Epoch} done: loss {epoch.Loss:0.0000}, {MetricText.Sentence(epoch.Metrics.ToValues())}");

    /// <summary>What people should know of a worker's machine.</summary>
    public static string NoticeLine(Noticed noticed) => $"Note: {noticed.Message}.";

    public static string ProtectionLine(ProtectionChosen chosen) =>
        Invariant($"Other workers keep the parts of the net that exist once (every:{chosen.Every}), for {chosen.Cost:P1} of a step.");

    public static string GenerationLine(GenerationBegun begun) =>
        Invariant($"Generation {begun.Generation} trains from step {begun.StartStep} with ")
        + $"{Count.Of(begun.Replicas, "replica")}; weights: {begun.Source.Word()}.";

    public static string CheckpointLine(CheckpointSaved saved) =>
        saved.Problem.Length > 0
            ? $"Step {saved.Step} was NOT saved: {saved.Problem}"
            : Invariant($"Step {saved.Step} is saved ({saved.Bytes / 1e6:0.0} MB, {saved.Seconds:0.0##} s): {saved.Directory}");

    public static string InterruptedLine(RunInterrupted interrupted, string runDirectory) =>
        $"{interrupted.Message} {GoOnLine(runDirectory)}";

    public static string GoOnLine(string runDirectory) => $"Continue it: {RunHints.Resume(runDirectory)}";

    public static IEnumerable<string> FinalLines(RunFinished finished, TrainRequest request) =>
        [
            .. finished.EndedEarly.Length > 0 ? [$"Ended early: {finished.EndedEarly}."] : Array.Empty<string>(),
            $"{Measured(finished)} after {Count.Of(finished.Steps, "step")}, "
                + Invariant($"{finished.SamplesPerSecond:0} {request.Recipe.SampleNoun}s/s, {finished.Seconds:0} s in all."),
            .. GoodputLines(finished.Time.ToGoodput()),
            request.Remote is null ? $"Run directory: {request.RunDirectory}" : $"Run: {request.Remote}, working in {request.RunDirectory}",
            .. request.Farewell,
        ];

    /// <summary>What the run's time went to; nothing where a coordinator of an earlier version does not tell.</summary>
    private static IEnumerable<string> GoodputLines(Goodput goodput) => goodput.Seconds > 0 ? [GoodputText.Sentence(goodput)] : [];

    /// <summary>What the last evaluation measured but for the loss, such as <c>Test accuracy 97.00% (top 5: 100.00%)</c>.</summary>
    private static string Measured(RunFinished finished)
    {
        bool isLossAlone = finished.Metrics.Count == 1;
        MetricValues metrics = [.. finished.Metrics.ToValues().Where(m => m.Name != MetricNames.TestLoss || isLossAlone)];
        return metrics.Count == 0
            ? "Nothing was evaluated"
            : $"Test {MetricText.Sentence(metrics)}".Replace("Test test ", "Test ", StringComparison.Ordinal);
    }

    public static string PicturesLine(IReadOnlyList<string> files) => $"Pictures: {string.Join(", ", files)}";

    /// <summary>Mean share of the workers' step time that a phase takes.</summary>
    public static double Mean(StepDone step, Func<Phases, double> phase) =>
        step.Workers.Select(w => w.Phases.Total > 0 ? phase(w.Phases) / w.Phases.Total : 0).DefaultIfEmpty().Average();

    public static string Time(TimeSpan? time) =>
        time is { } t ? t.ToString(t.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture) : "-";

    public static string Invariant(FormattableString text) => text.ToString(Percent.Culture);
}
