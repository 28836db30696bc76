using Lockstep.Core.Runs;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>How much time the workers of a generation needed for themselves in the last steps, and so who holds the others up.</summary>
internal sealed class StragglerWatch
{
    private const int Window = 20; // steps

    private readonly Queue<double[]> _recent = new();

    /// <summary>Other workers, or other slots: what was is worth nothing.</summary>
    public void Clear() => _recent.Clear();

    /// <summary>Takes a step; returns each worker's score over the last steps, as <see cref="StragglerScore"/> has it.</summary>
    /// <param name="phases">The phases of every worker, in rank order.</param>
    public IReadOnlyList<double> Add(IEnumerable<Phases> phases)
    {
        _recent.Enqueue([.. phases.Select(OwnWork.Seconds)]);
        if (_recent.Count > Window)
            _recent.Dequeue();
        return StragglerScore.Of([.. Enumerable.Range(0, _recent.Peek().Length).Select(rank => _recent.Average(step => step[rank]))]);
    }
}
