using System.Diagnostics.Metrics;
using AlexNet.Core.Collectives;
using AlexNet.Protocol.V1;
using AlexNet.Transport;

namespace AlexNet.Worker;

/// <summary>What a worker publishes about itself; docs/metrics.md lists it. Nothing has a value before it is known.</summary>
internal sealed class WorkerMetrics
{
    public const string MeterName = "AlexNet.Worker";

    // seconds, from a small net on a fast device to the whole net on two cores
    private static readonly InstrumentAdvice<double> StepBuckets = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private readonly Counter<long> _images, _steps;
    private readonly Counter<double> _phaseSeconds;
    private readonly Histogram<double> _stepSeconds;
    private StepReport? _last;
    private PeerTraffic _traffic = new();

    public WorkerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _images = meter.CreateCounter<long>("alexnet.worker.images", "{image}", "Training images that this worker has gone through.");
        _steps = meter.CreateCounter<long>("alexnet.worker.steps", "{step}", "Updates of this worker's weights.");
        _phaseSeconds = meter.CreateCounter<double>("alexnet.worker.phase.duration", "s", "Time spent in each phase of the steps.");
        _stepSeconds = meter.CreateHistogram<double>("alexnet.worker.step.duration", "s", "Time of one step.", advice: StepBuckets);
        meter.CreateObservableGauge("alexnet.worker.images_per_second", () => OfLast(r => r.OwnSamples / r.Phases.Total), null, "Images per second of the last step.");
        meter.CreateObservableGauge("alexnet.worker.loss", () => OfLast(r => r.Loss), null, "Loss of the last step.");
        meter.CreateObservableGauge("alexnet.worker.step", () => OfLast(r => r.Step), null, "Step of the run that this worker has reached.");
        meter.CreateObservableCounter("alexnet.worker.sent", () => Traffic(_traffic.BytesSent), "By", "Bytes sent to other workers, by operation.");
        meter.CreateObservableCounter("alexnet.worker.received", () => Traffic(_traffic.BytesReceived), "By", "Bytes received from other workers, by operation.");
    }

    /// <summary>Where the counts of bytes come from.</summary>
    public void Observe(PeerTraffic traffic) => _traffic = traffic;

    public void Step(StepReport report)
    {
        _last = report;
        _images.Add(report.OwnSamples);
        _steps.Add(1);
        _stepSeconds.Record(report.Phases.Total);
        Book("load", report.Phases.Load);
        Book("forward", report.Phases.Forward);
        Book("exchange", report.Phases.Exchange);
        Book("backward", report.Phases.Backward);
        Book("reduce", report.Phases.Reduce);
        Book("vote", report.Phases.Vote);
        Book("update", report.Phases.Update);
    }

    private void Book(string phase, double seconds) => _phaseSeconds.Add(seconds, new KeyValuePair<string, object?>("phase", phase));

    private IEnumerable<Measurement<double>> OfLast(Func<StepReport, double> value) =>
        _last is { } last ? [new Measurement<double>(value(last))] : [];

    private static IEnumerable<Measurement<long>> Traffic(Func<OperationKind, long> count) => Enum.GetValues<OperationKind>().Select(kind =>
        new Measurement<long>(count(kind), new KeyValuePair<string, object?>("operation", kind.ToString().ToLowerInvariant())));
}
