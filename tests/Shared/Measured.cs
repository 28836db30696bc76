using Lockstep.Core.Metrics;
using Lockstep.Core.Runs;
using Lockstep.Core.Schedules;

namespace AlexNet.Testing;

/// <summary>Evaluations and records that never were.</summary>
internal static class Measured
{
    public static MetricValues Top1(double top1) => [new(MetricNames.Top1, top1)];

    public static MetricValues Of(double testLoss, double top1, double top5) =>
        [new(MetricNames.TestLoss, testLoss), new(MetricNames.Top1, top1), new(MetricNames.Top5, top5)];

    public static Evaluation At(long step, double top1) => new(step, Top1(top1));

    public static StepRecord Step(long step, double loss, double rate = 0.1) => new(step, 1, loss, 16, rate, 100);

    public static EpochRecord Epoch(int epoch, long step, double testLoss, double top1, double top5) =>
        new(epoch, step, 2.4, Of(testLoss, top1, top5));
}
