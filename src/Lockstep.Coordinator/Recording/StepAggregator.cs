using Lockstep.Core.Schedules;
using Lockstep.Core.Topology;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>Joins the workers' reports into steps and epochs of the whole run, each once, over all generations.</summary>
/// <param name="phases">Names of the phases that each batch goes through; null for steps without.</param>
internal sealed class StepAggregator(IReadOnlyList<string>? phases = null)
{
    private const int Window = 20; // steps over which the rate is averaged

    private readonly SortedDictionary<long, StepReport?[]> _open = [];
    private readonly Queue<(double Seconds, long Samples)> _recent = new();
    private readonly StragglerWatch _stragglers = new();
    private RunTopology _topology = new(1, 1);
    private EvaluationReport? _evaluation; // of a step that not all workers have reported yet
    private double _epochLoss;
    private long _epochSamples;

    /// <summary>Samples trained on since this coordinator began.</summary>
    public long Samples { get; private set; }

    /// <summary>Loss of the last whole step.</summary>
    public double Loss { get; private set; }

    /// <summary>The last whole step, counted from 1.</summary>
    public long Steps { get; private set; }

    /// <summary>The last evaluation; null before the first.</summary>
    public EpochDone? LastEpoch { get; private set; }

    /// <summary>Every evaluation so far, in the order of steps.</summary>
    public IReadOnlyList<Evaluation> Evaluations { get; private set; } = [];

    /// <summary>How the run has learned so far.</summary>
    public RunCurves Curves { get; } = new();

    /// <summary>Seconds spent in the training steps of <see cref="Samples"/>.</summary>
    public double TrainingSeconds { get; private set; }

    /// <summary>Seconds of the slowest of the last steps; 0 before the first.</summary>
    public double SlowestSeconds => _recent.Select(r => r.Seconds).DefaultIfEmpty(0).Max();

    /// <summary>The run goes on from what is recorded, and from nothing else.</summary>
    /// <param name="recorded">Steps and evaluations, in order.</param>
    public void Replay(IEnumerable<RunEvent> recorded)
    {
        Clear();
        foreach (var entry in recorded)
            Remember(entry);
    }

    /// <summary>A step or an evaluation that the run has recorded before.</summary>
    public void Remember(RunEvent entry)
    {
        if (entry.Step is { } step)
            Remember(step);
        if (entry.Epoch is { } epoch)
            Remember(epoch);
    }

    /// <summary>A step goes into the sums of the epoch in progress.</summary>
    private void Remember(StepDone step)
    {
        (Loss, Steps) = (step.Loss, step.Step);
        Curves.Add(step);
        (_epochLoss, _epochSamples) = (_epochLoss + step.Loss * step.Samples, _epochSamples + step.Samples);
    }

    private void Remember(EpochDone epoch)
    {
        LastEpoch = epoch;
        Curves.Add(epoch);
        Evaluations = [.. Evaluations.Where(e => e.Step < epoch.Step), new Evaluation(epoch.Step, epoch.Metrics.ToValues())];
        (_epochLoss, _epochSamples) = (0, 0);
    }

    /// <summary>Forgets everything, before what is recorded is remembered anew.</summary>
    public void Clear()
    {
        _open.Clear();
        Curves.Clear();
        _evaluation = null;
        (LastEpoch, Evaluations, Loss, Steps, _epochLoss, _epochSamples) = (null, [], 0, 0, 0, 0);
    }

    /// <summary>A generation begins to train.</summary>
    public void Begin(RunTopology topology)
    {
        _topology = topology;
        _open.Clear();
        _stragglers.Clear();
    }

    /// <summary>
    /// A generation has ended: steps that some of its workers have applied are done, though others did not live to report them.
    /// </summary>
    public IReadOnlyList<StepDone> Close(long applied)
    {
        var done = _open.Keys.Where(step => step <= applied && step > Steps).ToList().Select(Complete).ToList();
        _open.Clear();
        return done;
    }

    /// <summary>Takes a worker's report; returns the step of the whole run once every worker has reported it.</summary>
    public StepDone? Add(int rank, StepReport report)
    {
        if (report.Step <= Steps)
            return null; // told before
        if (!_open.TryGetValue(report.Step, out var reports))
            _open[report.Step] = reports = new StepReport?[_topology.Workers];
        reports[rank] = report;
        return reports.All(r => r is not null) ? Complete(report.Step) : null;
    }

    /// <summary>Takes the evaluation at an epoch's end; every worker sends the same.</summary>
    public void Add(EvaluationReport report)
    {
        if (report.Step > (LastEpoch?.Step ?? 0))
            _evaluation = report;
    }

    /// <summary>The epoch that has been evaluated since the last call, once all its steps are there; otherwise null.</summary>
    public EpochDone? TakeEpoch()
    {
        if (_evaluation is not { } report || report.Step > Steps)
            return null;
        _evaluation = null;
        var epoch = new EpochDone
        {
            Epoch = report.Epoch,
            Step = report.Step,
            Loss = _epochSamples > 0 ? _epochLoss / _epochSamples : 0,
            Metrics = { report.Metrics },
        };
        Remember(epoch);
        return epoch;
    }

    private StepDone Complete(long step)
    {
        _open.Remove(step, out var reports);
        StepReport[] heard = [.. (reports ?? []).OfType<StepReport>()];
        var first = heard[0];
        var done = new StepDone
        {
            Step = step,
            Epoch = first.Epoch,
            Loss = first.Loss,
            Samples = first.Samples,
            Rate = first.Rate,
            SamplesPerSecond = Rate(IsLastOfBatch(step) ? first.Samples : 0, heard.Max(r => r.Phases.Total)),
            Phase = phases?[(int)((step - 1) % phases.Count)] ?? "",
        };
        done.Workers.AddRange(
            (reports ?? []).Select(r =>
                r is null ? new WorkerStep { Phases = new Phases() } : new WorkerStep { Phases = r.Phases, SamplesPerSecond = SpeedOf(r) }
            )
        );
        if (heard.Length == done.Workers.Count)
        {
            foreach (var (worker, score) in done.Workers.Zip(_stragglers.Add(heard.Select(r => r.Phases))))
                worker.StragglerScore = score;
        }

        Remember(done);
        return done;
    }

    /// <summary>Samples that a batch's phases go through one after the other count once.</summary>
    private bool IsLastOfBatch(long step) => phases is null || step % phases.Count == 0;

    private double SpeedOf(StepReport report) =>
        report.Phases.Total > 0 ? report.OwnSamples / report.Phases.Total / (phases?.Count ?? 1) : 0;

    /// <summary>Samples over the time of the slowest worker, in the last steps.</summary>
    private double Rate(long samples, double seconds)
    {
        (Samples, TrainingSeconds) = (Samples + samples, TrainingSeconds + seconds);
        _recent.Enqueue((seconds, samples));
        if (_recent.Count > Window)
            _recent.Dequeue();
        double window = _recent.Sum(r => r.Seconds);
        return window > 0 ? _recent.Sum(r => r.Samples) / window : 0;
    }
}
