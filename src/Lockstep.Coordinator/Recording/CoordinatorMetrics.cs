using System.Diagnostics.Metrics;
using Lockstep.Core.Membership;
using Lockstep.Core.Metrics;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Core.Sampling;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Recording;

/// <summary>
/// What the coordinator publishes about the run as a whole; docs/metrics.md lists it. Nothing has a value before it is known.
/// </summary>
internal sealed class CoordinatorMetrics
{
    public const string MeterName = "Lockstep.Coordinator";

    private readonly RunRecipe _recipe;
    private readonly TimeProvider _time;
    private readonly GoodputRecorder _goodput;
    private readonly Counter<long> _sampleCount,
        _stepCount;
    private readonly long[] _restarts = new long[Enum.GetValues<RestartCause>().Length];
    private RunState _state = RunState.Waiting;
    private KnownRun? _run;
    private StepDone? _step;
    private MetricValues? _measured;
    private SavedCheckpoint? _checkpoint;
    private long _saved,
        _failed; // checkpoints
    private double _began = double.NaN,
        _progressed = double.NaN; // Unix time
    private IReadOnlyList<WorkerSnapshot> _workers = [];
    private IReadOnlyList<Measurement<double>> _stragglers = [],
        _arithmetic = [];

    public CoordinatorMetrics(
        IMeterFactory meters,
        CoordinatorOptions options,
        RunLedger ledger,
        CheckpointStore checkpoints,
        GoodputRecorder goodput,
        TimeProvider time
    )
    {
        (_recipe, _goodput, _time) = (options.Recipe, goodput, time);
        _restarts[(int)RestartCause.Coordinator] = ledger.Term - 1;
        if (checkpoints.List().FirstOrDefault(c => c.State == CheckpointState.Whole) is { Manifest: { } manifest } newest)
            _checkpoint = new(newest.Step, manifest.Files.Sum(f => f.Bytes), null, UnixTime(newest.Written));

        var meter = meters.Create(MeterName);
        _sampleCount = meter.CreateCounter<long>("lockstep.run.samples", "{sample}", "Training samples that the run has gone through.");
        _stepCount = meter.CreateCounter<long>("lockstep.run.steps", "{step}", "Updates of the weights.");
        CreateStandingGauges(meter);
        CreateStepGauges(meter);
        CreateCheckpointGauges(meter);
        CreateGoodputGauges(meter);
    }

    /// <summary>A generation trains, or goes on doing so under this coordinator.</summary>
    public void Begin(Plan plan, StepPlan steps)
    {
        _run = new(plan, steps);
        if (double.IsNaN(_began))
            _began = Now;
        (_stragglers, _arithmetic) = ([], []);
        Progressed();
    }

    /// <summary>A worker has come on with a step or an evaluation.</summary>
    public void Progressed() => _progressed = Now;

    public void State(RunState state) => _state = state;

    /// <summary>A loss has ended a generation.</summary>
    public void Restarted(RestartCause cause) => _restarts[(int)cause]++;

    public void Step(StepDone step)
    {
        _step = step;
        (WorkerStep Step, string Id)[] workers = [.. step.Workers.Zip(_run?.Plan.Members ?? [], (w, m) => (w, m.WorkerId))];
        _stragglers = Of(workers.Where(w => w.Step.StragglerScore > 0).Select(w => (w.Step.StragglerScore, w.Id)));
        _arithmetic = Of(workers.Where(w => w.Step.Phases?.Total > 0).Select(w => (OwnWork.Arithmetic(w.Step.Phases), w.Id)));
        _sampleCount.Add(_run is { Steps: var steps } && step.Step % steps.Phases != 0 ? 0 : step.Samples); // once for all phases
        _stepCount.Add(1);
    }

    public void Epoch(EpochDone epoch) => _measured = epoch.Metrics.ToValues();

    public void Workers(IReadOnlyList<WorkerSnapshot> workers) => _workers = workers;

    public void Checkpoint(CheckpointSaved saved)
    {
        if (saved.Problem.Length > 0)
            _failed++;
        else
            (_saved, _checkpoint) = (_saved + 1, new(saved.Step, saved.Bytes, saved.Seconds, Now));
    }

    private void CreateStandingGauges(Meter meter)
    {
        Gauge(meter, "info", null, "Which run this is, by its labels.", () =>
            _run is { } run ? [new(1, Label("run", run.Plan.RunId), Label("recipe", _recipe.Name))] : []
        );
        Gauge(meter, "state", null, "1 for the state that the run is in, 0 for the others.", () =>
            Enum.GetValues<RunState>().Select(s => new Measurement<double>(s == _state ? 1 : 0, Label("state", Word(s))))
        );
        Gauge(meter, "generation", null, "Generation in force.", () => Of(_run?.Plan.Generation));
        Gauge(meter, "workers", "{worker}", "Workers by how far they have come.", () =>
            Enum.GetValues<WorkerStage>().Select(s => new Measurement<double>(_workers.Count(w => w.Stage == s), Label("stage", Word(s))))
        );
        Gauge(meter, "planned_workers", null, "Workers that the layout asks for.", () =>
            [new(_recipe.Layout.Replicas * _recipe.Layout.Shards)]
        );
        Gauge(meter, "start.timestamp", "s", "When the run began to train under this coordinator.", () => Known(_began));
        Gauge(meter, "progress.timestamp", "s", "When a worker last came on with a step or an evaluation.", () => Known(_progressed));
        meter.CreateObservableCounter(
            "lockstep.run.restarts",
            () => Enum.GetValues<RestartCause>().Select(c => new Measurement<long>(_restarts[(int)c], Label("cause", Word(c)))),
            "{restart}",
            "Losses after which the run went on, by cause."
        );
    }

    private void CreateStepGauges(Meter meter)
    {
        Gauge(meter, "samples_per_second", null, "Training samples per second over the last steps.", () => Of(_step?.SamplesPerSecond));
        Gauge(meter, "loss", null, "Loss of the last step.", () => Of(_step?.Loss));
        Gauge(meter, "learning_rate", null, "Learning rate of the last step.", () => Of(_step?.Rate));
        Gauge(meter, "step", null, "Updates that the weights have seen, those before a resume included.", () => Of(_step?.Step));
        Gauge(meter, "planned_steps", null, "Updates that the whole run is to make.", () => Of(_run?.Steps.TotalSteps));
        Gauge(meter, "epoch", null, "Epoch in progress, counted from 1.", () => Of(_step?.Epoch));
        Gauge(meter, "planned_epochs", null, "Epochs that the whole run is to make.", () => [new(_recipe.Training.Epochs)]);
        Gauge(meter, "epoch.progress_ratio", null, "Share of the epoch in progress that is done.", () => Of(EpochProgress));
        Gauge(meter, "straggler_ratio", null, "A worker's own time in the last steps as a multiple of the median worker's.", () =>
            _stragglers
        );
        Gauge(meter, "arithmetic_ratio", null, "Share of the last step that a worker spent in its arithmetic.", () => _arithmetic);
        Gauge(meter, "test_loss", null, "Loss over the test set at the last evaluation.", () => Of(_measured?[MetricNames.TestLoss]));
        Gauge(meter, "test_metric", null, "What the last evaluation measured, by the name of the metric.", () =>
            (_measured ?? MetricValues.None).Select(m => new Measurement<double>(m.Value, Label("metric", m.Name)))
        );
        Gauge(meter, "test_top1_ratio", null, "Share of test samples whose class came first, at the last evaluation.", () =>
            Of(_measured?[MetricNames.Top1])
        );
        Gauge(meter, "test_top5_ratio", null, "Share of test samples whose class came among the first five, at the last evaluation.", () =>
            Of(_measured?[MetricNames.Top5])
        );
    }

    private void CreateCheckpointGauges(Meter meter)
    {
        // both from the beginning, so that the first failure is seen as a rise
        meter.CreateObservableCounter<long>(
            "lockstep.run.checkpoints",
            () => [new(_saved, Label("outcome", "saved")), new(_failed, Label("outcome", "failed"))],
            "{checkpoint}",
            "Checkpoints, by what became of them."
        );
        Gauge(meter, "checkpoint.timestamp", "s", "When the newest checkpoint was written.", () => Of(_checkpoint?.Written));
        Gauge(meter, "checkpoint.step", null, "Updates that the weights of the newest checkpoint have seen.", () => Of(_checkpoint?.Step));
        Gauge(meter, "checkpoint.size", "By", "Size of the newest checkpoint.", () => Of(_checkpoint?.Bytes));
        Gauge(
            meter,
            "checkpoint.duration",
            "s",
            "Time that the newest checkpoint took its slowest worker to write, in the background.",
            () => Of(_checkpoint?.Seconds)
        );
        Gauge(
            meter,
            "checkpoint.interval",
            "s",
            "Time from one checkpoint to the next that the recipe asks for, at the present speed.",
            () => Of(SavingInterval)
        );
    }

    private void CreateGoodputGauges(Meter meter)
    {
        meter.CreateObservableCounter(
            "lockstep.run.time",
            () => Enum.GetValues<TimeUse>().Select(use => new Measurement<double>(_goodput.Booked.Of(use), Label("use", Word(use)))),
            "s",
            "What the run's time went to, over all restarts."
        );
        Gauge(
            meter,
            "goodput_ratio",
            null,
            "Share of the run's time, stops left out, that went to steps that brought it on and to evaluations.",
            () => Of(_goodput.Now.Seconds > 0 ? _goodput.Now.Ratio : null)
        );
    }

    private double Now => UnixTime(_time.GetUtcNow());

    private double? EpochProgress =>
        (_step, _run?.Steps.StepsPerEpoch) is ({ } step, { } length) ? (double)((step.Step - 1) % length + 1) / length : null;

    private double? SavingInterval
    {
        get
        {
            double? bySteps = _step is { SamplesPerSecond: > 0 } step
                ? _recipe.Checkpoint.EverySteps * step.Samples / step.SamplesPerSecond / (_run?.Steps.Phases ?? 1)
                : null;
            double? byTime = 60 * _recipe.Checkpoint.EveryMinutes;
            return bySteps is { } a && byTime is { } b ? Math.Min(a, b) : bySteps ?? byTime;
        }
    }

    private static void Gauge(Meter meter, string name, string? unit, string meaning, Func<IEnumerable<Measurement<double>>> read) =>
        meter.CreateObservableGauge($"lockstep.run.{name}", read, unit, meaning);

    private static IReadOnlyList<Measurement<double>> Of(IEnumerable<(double Value, string Worker)> workers) =>
        [.. workers.Select(w => new Measurement<double>(w.Value, Label("worker", w.Worker)))];

    private static IEnumerable<Measurement<double>> Of(double? value) => value is { } known ? [new(known)] : [];

    private static IEnumerable<Measurement<double>> Known(double value) => double.IsNaN(value) ? [] : [new(value)];

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static double UnixTime(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() / 1000.0;

    private sealed record KnownRun(Plan Plan, StepPlan Steps);

    private sealed record SavedCheckpoint(long Step, long Bytes, double? Seconds, double Written);
}
