using Lockstep.Core.Status;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>How a run has learned so far, over all generations, in bounded space.</summary>
internal sealed class RunCurves
{
    private readonly ThinnedCurve _loss = new(),
        _speed = new();
    private readonly Dictionary<string, ThinnedCurve> _metrics = []; // by name

    public void Add(StepDone step)
    {
        _loss.Add(step.Step, step.Loss);
        if (step.SamplesPerSecond > 0)
            _speed.Add(step.Step, step.SamplesPerSecond);
    }

    public void Add(EpochDone epoch)
    {
        foreach (var metric in epoch.Metrics)
        {
            if (!_metrics.TryGetValue(metric.Name, out var curve))
                _metrics[metric.Name] = curve = new();
            curve.Add(epoch.Step, metric.Value);
        }
    }

    /// <summary>Forgets everything, before what is recorded is added anew.</summary>
    public void Clear()
    {
        _loss.Clear();
        _speed.Clear();
        _metrics.Clear();
    }

    /// <summary>A copy of them.</summary>
    public CurvesStatus Now() =>
        new()
        {
            Loss = _loss.Points,
            Metrics = _metrics.ToDictionary(m => m.Key, m => m.Value.Points),
            SamplesPerSecond = _speed.Points,
        };
}
