using Lockstep.Core.Status;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>How a run has learned so far, over all generations, in bounded space.</summary>
internal sealed class RunCurves
{
    private readonly ThinnedCurve _loss = new(),
        _speed = new(),
        _testLoss = new(),
        _top1 = new(),
        _top5 = new();

    public void Add(StepDone step)
    {
        _loss.Add(step.Step, step.Loss);
        if (step.ImagesPerSecond > 0)
            _speed.Add(step.Step, step.ImagesPerSecond);
    }

    public void Add(EpochDone epoch)
    {
        _testLoss.Add(epoch.Step, epoch.TestLoss);
        _top1.Add(epoch.Step, epoch.Top1);
        _top5.Add(epoch.Step, epoch.Top5);
    }

    /// <summary>Forgets everything, before what is recorded is added anew.</summary>
    public void Clear()
    {
        foreach (var curve in (ThinnedCurve[])[_loss, _speed, _testLoss, _top1, _top5])
            curve.Clear();
    }

    /// <summary>A copy of them.</summary>
    public CurvesStatus Now() =>
        new()
        {
            Loss = _loss.Points,
            TestLoss = _testLoss.Points,
            Top1 = _top1.Points,
            Top5 = _top5.Points,
            ImagesPerSecond = _speed.Points,
        };
}
