using Lockstep.Core.Numerics;
using Lockstep.Core.Status;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>The last steps of a generation: where each worker's time went, and who held the others up.</summary>
internal sealed class RecentSteps
{
    private const int Window = 20,
        LeastForScore = 5; // steps

    private readonly Queue<IReadOnlyList<WorkerStep>> _steps = new();

    /// <summary>Other workers, or other slots: what was is worth nothing.</summary>
    public void Clear() => _steps.Clear();

    /// <param name="workers">The workers of one step, in rank order.</param>
    public void Add(IReadOnlyList<WorkerStep> workers)
    {
        _steps.Enqueue(workers);
        if (_steps.Count > Window)
            _steps.Dequeue();
    }

    /// <summary>Every worker's pace, in rank order; none before the first step.</summary>
    public IReadOnlyList<WorkerPace> Now()
    {
        int workers = _steps.Count == 0 ? 0 : _steps.Peek().Count;
        double[] own = [.. Enumerable.Range(0, workers).Select(rank => Mean(rank, OwnWork.Seconds))];
        return [.. Enumerable.Range(0, workers).Select(rank => PaceOf(rank, own))];
    }

    private WorkerPace PaceOf(int rank, double[] own)
    {
        double seconds = _steps.Sum(s => s[rank].Phases.Total),
            samples = _steps.Sum(s => s[rank].SamplesPerSecond * s[rank].Phases.Total);
        double step = seconds / _steps.Count;
        var shares = PhaseTable.Rows.Select(p => new PhaseShare(p.Name, step > 0 ? Mean(rank, p.Seconds) / step : 0));
        var ranks = Enumerable.Range(0, own.Length);
        string excess = OwnWork.Parts.MaxBy(part => Mean(rank, part.Of) - Median.Of(ranks.Select(other => Mean(other, part.Of)))).Phase;
        bool isKnown = _steps.Count >= LeastForScore && own.Length > 1;
        return new(
            seconds > 0 ? samples / seconds : 0,
            step,
            [.. shares],
            isKnown ? new OwnTime(own[rank], _steps.Last()[rank].StragglerScore, excess) : null
        );
    }

    private double Mean(int rank, Func<Phases, double> part) => _steps.Average(s => part(s[rank].Phases));
}
