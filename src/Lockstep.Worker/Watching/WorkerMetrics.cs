using System.Diagnostics.Metrics;
using Lockstep.Core.Collectives;
using Lockstep.Core.Topology;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Lockstep.Torch.Devices;
using Lockstep.Transport;
using Lockstep.Transport.Links;
using Lockstep.Transport.Mesh;

namespace Lockstep.Worker.Watching;

/// <summary>What a worker publishes about itself; docs/metrics.md lists it. Nothing has a value before it is known.</summary>
internal sealed class WorkerMetrics
{
    public const string MeterName = "Lockstep.Worker";

    // seconds, from a small net on a fast device to the whole net on two cores
    private static readonly InstrumentAdvice<double> StepBuckets = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private readonly Counter<long> _samples,
        _steps;
    private readonly Counter<double> _phaseSeconds,
        _dataSeconds;
    private readonly Histogram<double> _stepSeconds;
    private readonly PeerTraffic _traffic;
    private StepReport? _last;
    private DeviceMonitor? _device;
    private KeyValuePair<string, object?>[]? _identity;

    public WorkerMetrics(IMeterFactory meters, PeerRouter router)
    {
        _traffic = router.Traffic;
        var meter = meters.Create(MeterName);
        _samples = meter.CreateCounter<long>("lockstep.worker.samples", "{sample}", "Training samples that this worker has gone through.");
        _steps = meter.CreateCounter<long>("lockstep.worker.steps", "{step}", "Updates of this worker's weights.");
        _phaseSeconds = meter.CreateCounter<double>("lockstep.worker.phase.duration", "s", "Time spent in each phase of the steps.");
        _dataSeconds = meter.CreateCounter<double>(
            "lockstep.worker.data_wait",
            "s",
            "Time spent waiting for this worker's own data, a part of the phase load."
        );
        _stepSeconds = meter.CreateHistogram<double>("lockstep.worker.step.duration", "s", "Time of one step.", advice: StepBuckets);
        meter.CreateObservableGauge(
            "lockstep.worker.samples_per_second",
            () => OfLast(r => r.OwnSamples / r.Phases.Total),
            null,
            "Samples per second of the last step."
        );
        meter.CreateObservableGauge("lockstep.worker.loss", () => OfLast(r => r.Loss), null, "Loss of the last step.");
        meter.CreateObservableGauge(
            "lockstep.worker.step",
            () => OfLast(r => r.Step),
            null,
            "Step of the run that this worker has reached."
        );
        meter.CreateObservableGauge("lockstep.worker.info", Identity, null, "Who this worker is, by its labels.");
        meter.CreateObservableCounter(
            "lockstep.worker.sent",
            () => Traffic(_traffic.BytesSent),
            "By",
            "Bytes sent to other workers, by operation and transport."
        );
        meter.CreateObservableCounter(
            "lockstep.worker.received",
            () => Traffic(_traffic.BytesReceived),
            "By",
            "Bytes received from other workers, by operation and transport."
        );
        meter.CreateObservableCounter(
            "lockstep.worker.cpu",
            () => Environment.CpuUsage.TotalTime.TotalSeconds,
            "s",
            "Processor time of this process."
        );
        meter.CreateObservableGauge(
            "lockstep.worker.device.memory.used",
            () => OfDevice(d => d.Memory?.Used),
            "By",
            "Memory in use on the device."
        );
        meter.CreateObservableGauge(
            "lockstep.worker.device.memory.size",
            () => OfDevice(d => d.Memory?.Size),
            "By",
            "Memory that the device has."
        );
        meter.CreateObservableGauge(
            "lockstep.worker.device.utilization_ratio",
            () => OfDevice(d => d.Utilization),
            null,
            "Share of time in which the GPU computes."
        );
    }

    /// <summary>Where the arithmetic runs.</summary>
    public void Watch(DeviceMonitor device) => _device = device;

    /// <summary>The worker takes a slot.</summary>
    public void Takes(string worker, Slot slot, string device) =>
        _identity = [
            new("worker", worker),
            new("host", Environment.MachineName),
            new("device", device),
            new("replica", slot.Replica),
            new("shard", slot.Shard),
        ];

    public void Step(StepReport report)
    {
        _last = report;
        _samples.Add(report.OwnSamples);
        _steps.Add(1);
        _stepSeconds.Record(report.Phases.Total);
        _dataSeconds.Add(report.Phases.DataWait);
        foreach (var (name, seconds) in PhaseTable.Rows)
            _phaseSeconds.Add(seconds(report.Phases), new KeyValuePair<string, object?>("phase", name));
    }

    private IEnumerable<Measurement<double>> OfLast(Func<StepReport, double> value) =>
        _last is { } last ? [new Measurement<double>(value(last))] : [];

    private IEnumerable<Measurement<double>> OfDevice(Func<DeviceMonitor, double?> value) =>
        _device is { } device && value(device) is { } known ? [new Measurement<double>(known)] : [];

    private IEnumerable<Measurement<int>> Identity() => _identity is { } labels ? [new Measurement<int>(1, labels)] : [];

    /// <summary>By operation, for each carrier that is in use.</summary>
    private IEnumerable<Measurement<long>> Traffic(Func<OperationKind, PeerTransport, long> count) =>
        from carrier in PeerTraffic.Carriers
        where Enum.GetValues<OperationKind>().Any(kind => _traffic.BytesSent(kind, carrier) + _traffic.BytesReceived(kind, carrier) > 0)
        from kind in Enum.GetValues<OperationKind>()
        select new Measurement<long>(
            count(kind, carrier),
            new("operation", kind.ToString().ToLowerInvariant()),
            new("transport", carrier.Name())
        );
}
