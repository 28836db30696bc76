using System.Diagnostics.Metrics;
using AlexNet.Core.Membership;
using AlexNet.Protocol.V1;

namespace AlexNet.Coordinator;

/// <summary>What the coordinator publishes about the run as a whole; docs/metrics.md lists it. Nothing has a value before it is known.</summary>
internal sealed class CoordinatorMetrics
{
    public const string MeterName = "AlexNet.Coordinator";

    private readonly Counter<long> _images, _steps;
    private StepDone? _step;
    private EpochDone? _epoch;
    private IReadOnlyList<WorkerSnapshot> _workers = [];

    public CoordinatorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _images = meter.CreateCounter<long>("alexnet.run.images", "{image}", "Training images that the run has gone through.");
        _steps = meter.CreateCounter<long>("alexnet.run.steps", "{step}", "Updates of the weights.");
        meter.CreateObservableGauge("alexnet.run.images_per_second", () => Of(_step, s => s.ImagesPerSecond), null, "Training images per second over the last steps.");
        meter.CreateObservableGauge("alexnet.run.loss", () => Of(_step, s => s.Loss), null, "Loss of the last step.");
        meter.CreateObservableGauge("alexnet.run.epoch", () => Of(_step, s => s.Epoch), null, "Epoch in progress, counted from 1.");
        meter.CreateObservableGauge("alexnet.run.learning_rate", () => Of(_step, s => s.Rate), null, "Learning rate of the last step.");
        meter.CreateObservableGauge("alexnet.run.test_top1_ratio", () => Of(_epoch, e => e.Top1), null, "Share of test images whose class came first, at the last evaluation.");
        meter.CreateObservableGauge("alexnet.run.test_top5_ratio", () => Of(_epoch, e => e.Top5), null, "Share of test images whose class came among the first five, at the last evaluation.");
        meter.CreateObservableGauge("alexnet.run.workers", CountWorkers, "{worker}", "Workers by how far they have come.");
    }

    public void Step(StepDone step)
    {
        _step = step;
        _images.Add(step.Samples);
        _steps.Add(1);
    }

    public void Epoch(EpochDone epoch) => _epoch = epoch;

    public void Workers(IReadOnlyList<WorkerSnapshot> workers) => _workers = workers;

    private static IEnumerable<Measurement<double>> Of<T>(T? source, Func<T, double> value) where T : class =>
        source is null ? [] : [new Measurement<double>(value(source))];

    private IEnumerable<Measurement<int>> CountWorkers() => Enum.GetValues<WorkerStage>().Select(stage =>
        new Measurement<int>(_workers.Count(w => w.Stage == stage), new KeyValuePair<string, object?>("stage", stage.ToString().ToLowerInvariant())));
}
