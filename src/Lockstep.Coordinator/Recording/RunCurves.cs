using Lockstep.Core.Status;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>How a run has learned so far, over all generations, in bounded space.</summary>
internal sealed class RunCurves
{
    private readonly ThinnedCurve _speed = new();
    private readonly Dictionary<string, ThinnedCurve> _losses = [], // by phase
        _metrics = []; // by name

    public void Add(StepDone step)
    {
        CurveOf(_losses, step.Phase).Add(step.Step, step.Loss);
        if (step.SamplesPerSecond > 0)
            _speed.Add(step.Step, step.SamplesPerSecond);
    }

    public void Add(EpochDone epoch)
    {
        foreach (var metric in epoch.Metrics)
            CurveOf(_metrics, metric.Name).Add(epoch.Step, metric.Value);
    }

    /// <summary>Forgets everything, before what is recorded is added anew.</summary>
    public void Clear()
    {
        _losses.Clear();
        _speed.Clear();
        _metrics.Clear();
    }

    /// <summary>A copy of them.</summary>
    public CurvesStatus Now() =>
        new()
        {
            Loss = _losses.GetValueOrDefault("")?.Points ?? [],
            PhaseLosses = _losses.Where(l => l.Key.Length > 0).ToDictionary(l => l.Key, l => l.Value.Points),
            Metrics = _metrics.ToDictionary(m => m.Key, m => m.Value.Points),
            SamplesPerSecond = _speed.Points,
        };

    private static ThinnedCurve CurveOf(Dictionary<string, ThinnedCurve> curves, string name)
    {
        if (!curves.TryGetValue(name, out var curve))
            curves[name] = curve = new();
        return curve;
    }
}
