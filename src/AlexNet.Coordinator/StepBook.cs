using AlexNet.Core.Topology;
using AlexNet.Protocol.V1;

namespace AlexNet.Coordinator;

/// <summary>Joins the workers' reports into steps and epochs of the whole run.</summary>
internal sealed class StepBook(RunTopology topology, TimeProvider time)
{
    private const int Window = 20; // steps over which the rate is averaged

    private readonly Dictionary<long, StepReport[]> _open = [];
    private readonly Queue<(long Timestamp, int Samples)> _recent = new();
    private double _epochLoss;
    private long _epochSamples;
    private long _begun = time.GetTimestamp();

    /// <summary>Samples trained on so far.</summary>
    public long Samples { get; private set; }

    /// <summary>Loss of the last whole step.</summary>
    public double Loss { get; private set; }

    public long Steps { get; private set; }

    /// <summary>The last evaluation; null before the first.</summary>
    public EpochDone? LastEpoch { get; private set; }

    /// <summary>Seconds spent in training steps, evaluations left out.</summary>
    public double TrainingSeconds { get; private set; }

    /// <summary>Training starts, or goes on after an evaluation.</summary>
    public void Resume() => _begun = time.GetTimestamp();

    /// <summary>Takes a worker's report; returns the step of the whole run once every worker has reported it.</summary>
    public StepDone? Add(int rank, StepReport report)
    {
        if (!_open.TryGetValue(report.Step, out var reports))
            _open[report.Step] = reports = new StepReport[topology.Workers];
        reports[rank] = report;
        if (reports.Any(r => r is null))
            return null;
        _open.Remove(report.Step);

        // every shard of a replica reports the same loss; the replicas' losses are shares of one mean
        var heads = Enumerable.Range(0, topology.Replicas).Select(r => reports[topology.RankOf(new Slot(r, 0))]).ToList();
        int samples = heads.Sum(h => h.Samples);
        (Loss, Steps, Samples) = (heads.Sum(h => h.Loss), report.Step, Samples + samples);
        (_epochLoss, _epochSamples) = (_epochLoss + Loss * samples, _epochSamples + samples);
        var done = new StepDone { Step = report.Step, Epoch = report.Epoch, Loss = Loss, Samples = samples, Rate = report.Rate, ImagesPerSecond = Rate(samples) };
        done.Workers.AddRange(reports.Select(r => new WorkerStep { Phases = r.Phases, ImagesPerSecond = r.Phases.Total > 0 ? r.Samples / r.Phases.Total : 0 }));
        return done;
    }

    /// <summary>Takes the evaluation at an epoch's end.</summary>
    public EpochDone Add(EvaluationReport report)
    {
        LastEpoch = new EpochDone
        {
            Epoch = report.Epoch,
            Step = report.Step,
            Loss = _epochSamples > 0 ? _epochLoss / _epochSamples : 0,
            TestLoss = report.Loss,
            Top1 = report.Top1,
            Top5 = report.Top5,
        };
        (_epochLoss, _epochSamples) = (0, 0);
        _recent.Clear();
        Resume();
        return LastEpoch;
    }

    private double Rate(int samples)
    {
        long now = time.GetTimestamp();
        long from = _recent.Count > 0 ? _recent.Peek().Timestamp : _begun;
        TrainingSeconds += time.GetElapsedTime(_recent.Count > 0 ? _recent.Last().Timestamp : _begun, now).TotalSeconds;
        // the first entry's own samples lie before its timestamp
        int counted = samples + _recent.Skip(1).Sum(r => r.Samples);
        _recent.Enqueue((now, samples));
        if (_recent.Count > Window)
            _recent.Dequeue();
        double seconds = time.GetElapsedTime(from, now).TotalSeconds;
        return seconds > 0 ? counted / seconds : 0;
    }
}
