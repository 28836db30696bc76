using AlexNet.Core.Runs;
using AlexNet.Core.Status;
using AlexNet.Protocol.V1;

namespace AlexNet.Coordinator.Watching;

/// <summary>The last steps of a generation: where each worker's time went, and who held the others up.</summary>
internal sealed class RecentSteps
{
    private const int Window = 20, LeastForScore = 5; // steps

    private static readonly (string Name, Func<Phases, double> Of)[] Phases =
    [
        ("load", p => p.Load), ("forward", p => p.Forward), ("exchange", p => p.Exchange), ("backward", p => p.Backward),
        ("reduce", p => p.Reduce), ("vote", p => p.Vote), ("update", p => p.Update),
    ];

    /// <summary>What a worker does by itself; in the others it waits for workers.</summary>
    private static readonly string[] Own = ["load", "forward", "backward", "update"];

    private readonly Queue<IReadOnlyList<WorkerStep>> _steps = new();

    /// <summary>Other workers, or other slots: what was is worth nothing.</summary>
    public void Clear() => _steps.Clear();

    /// <param name="workers">Of one step, in rank order.</param>
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
        var means = Enumerable.Range(0, workers).Select(rank => Phases.ToDictionary(p => p.Name, p => _steps.Average(s => p.Of(s[rank].Phases)))).ToList();
        var scores = StragglerScore.Of([.. means.Select(OwnSeconds)]);
        return [.. Enumerable.Range(0, workers).Select(rank => PaceOf(rank, means, scores[rank]))];
    }

    private WorkerPace PaceOf(int rank, List<Dictionary<string, double>> means, double score)
    {
        double seconds = _steps.Sum(s => s[rank].Phases.Total), samples = _steps.Sum(s => s[rank].ImagesPerSecond * s[rank].Phases.Total);
        double step = seconds / _steps.Count;
        var shares = Phases.Select(p => new PhaseShare(p.Name, step > 0 ? means[rank][p.Name] / step : 0));
        string excess = Own.MaxBy(phase => means[rank][phase] - Median(means.Select(m => m[phase]))) ?? Own[0];
        var own = _steps.Count < LeastForScore || means.Count < 2 ? null : new OwnTime(OwnSeconds(means[rank]), score, excess);
        return new(seconds > 0 ? samples / seconds : 0, step, [.. shares], own);
    }

    private static double OwnSeconds(Dictionary<string, double> phases) => Own.Sum(phase => phases[phase]);

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[(sorted.Count - 1) / 2] : 0;
}
