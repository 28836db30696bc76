using AlexNet.Core.Topology;
using AlexNet.Protocol.V1;

namespace AlexNet.Coordinator;

/// <summary>Joins the workers' reports into steps and epochs of the whole run, each once, over all generations.</summary>
internal sealed class StepBook(TimeProvider time)
{
    private const int Window = 20; // steps over which the rate is averaged

    private readonly SortedDictionary<long, StepReport?[]> _open = [];
    private readonly Queue<(long Timestamp, long Samples)> _recent = new();
    private RunTopology _topology = new(1, 1);
    private double _epochLoss;
    private long _epochSamples;
    private long _begun = time.GetTimestamp();

    /// <summary>Samples trained on since this coordinator began.</summary>
    public long Samples { get; private set; }

    /// <summary>Loss of the last whole step.</summary>
    public double Loss { get; private set; }

    /// <summary>The last whole step, counted from 1.</summary>
    public long Steps { get; private set; }

    /// <summary>The last evaluation; null before the first.</summary>
    public EpochDone? LastEpoch { get; private set; }

    /// <summary>The evaluation with the best accuracy; null before the first.</summary>
    public EpochDone? BestEpoch { get; private set; }

    /// <summary>Seconds spent in training steps, evaluations left out.</summary>
    public double TrainingSeconds { get; private set; }

    /// <summary>What the run has recorded before goes into the sums of the epoch in progress.</summary>
    public void Remember(StepDone step)
    {
        (Loss, Steps) = (step.Loss, step.Step);
        (_epochLoss, _epochSamples) = (_epochLoss + step.Loss * step.Samples, _epochSamples + step.Samples);
    }

    /// <summary>An evaluation that the run has recorded before.</summary>
    public void Remember(EpochDone epoch)
    {
        LastEpoch = epoch;
        if (BestEpoch is null || epoch.Top1 > BestEpoch.Top1)
            BestEpoch = epoch;
        (_epochLoss, _epochSamples) = (0, 0);
    }

    /// <summary>Forgets everything, before what is recorded is remembered anew.</summary>
    public void Clear()
    {
        _open.Clear();
        (LastEpoch, BestEpoch, Loss, Steps, _epochLoss, _epochSamples) = (null, null, 0, 0, 0, 0);
    }

    /// <summary>A generation begins to train.</summary>
    public void Begin(RunTopology topology)
    {
        _topology = topology;
        _open.Clear();
        _recent.Clear();
        _begun = time.GetTimestamp();
    }

    /// <summary>A generation has ended: steps that some of its workers have applied are done, though others did not live to report them.</summary>
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

    /// <summary>Takes the evaluation at an epoch's end; null where it was told before.</summary>
    public EpochDone? Add(EvaluationReport report)
    {
        if (report.Step <= (LastEpoch?.Step ?? 0))
            return null;
        var epoch = new EpochDone
        {
            Epoch = report.Epoch,
            Step = report.Step,
            Loss = _epochSamples > 0 ? _epochLoss / _epochSamples : 0,
            TestLoss = report.Loss,
            Top1 = report.Top1,
            Top5 = report.Top5,
        };
        Remember(epoch);
        _recent.Clear();
        _begun = time.GetTimestamp();
        return epoch;
    }

    private StepDone Complete(long step)
    {
        _open.Remove(step, out var reports);
        var heard = (reports ?? []).OfType<StepReport>().First();
        Samples += heard.Samples;
        var done = new StepDone { Step = step, Epoch = heard.Epoch, Loss = heard.Loss, Samples = heard.Samples, Rate = heard.Rate, ImagesPerSecond = Rate(heard.Samples) };
        done.Workers.AddRange((reports ?? []).Select(r => r is null ? new WorkerStep { Phases = new Phases() }
            : new WorkerStep { Phases = r.Phases, ImagesPerSecond = r.Phases.Total > 0 ? r.OwnSamples / r.Phases.Total : 0 }));
        Remember(done);
        return done;
    }

    private double Rate(long samples)
    {
        long now = time.GetTimestamp();
        long from = _recent.Count > 0 ? _recent.Peek().Timestamp : _begun;
        TrainingSeconds += time.GetElapsedTime(_recent.Count > 0 ? _recent.Last().Timestamp : _begun, now).TotalSeconds;
        // the first entry's own samples lie before its timestamp
        long counted = samples + _recent.Skip(1).Sum(r => r.Samples);
        _recent.Enqueue((now, samples));
        if (_recent.Count > Window)
            _recent.Dequeue();
        double seconds = time.GetElapsedTime(from, now).TotalSeconds;
        return seconds > 0 ? counted / seconds : 0;
    }
}
