using Google.Protobuf;
using Lockstep.Core.Metrics;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.TensorBoard;

/// <summary>
/// The run's scalars for TensorBoard, in <c>tensorboard/</c> of the run directory: a new file for each start of the coordinator, written as
/// the run goes.
/// Where steps are made again after a loss, those told before are taken back. A disk that is full costs points, not the run.
/// </summary>
internal sealed class EventLog : IDisposable
{
    private const string Folder = "tensorboard",
        FileVersion = "brain.Event:2";

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private RecordFile? _file; // null where it could not be made
    private bool _isBehind;

    /// <param name="runDirectory">The run's.</param>
    /// <param name="term">Number of this start of the coordinator: files are read in the order of their names.</param>
    /// <param name="time">Stamps every event.</param>
    /// <param name="logger">Hears of what could not be written.</param>
    public EventLog(string runDirectory, long term, TimeProvider time, ILogger logger)
    {
        (_time, _logger) = (time, logger);
        _path = Path.Combine(
            runDirectory,
            Folder,
            $"events.out.tfevents.{time.GetUtcNow().ToUnixTimeSeconds():D10}.{term:D4}.{Environment.MachineName}"
        );
    }

    /// <summary>Steps up to this one are done; whatever was told of later ones does not hold.</summary>
    public void Begin(long last) => Add(last + 1, e => e.SessionLog = new SessionLog { Status = SessionLog.Types.Status.Start });

    public void Write(StepDone step) =>
        Add(step.Step, e =>
            e.Summary = Scalars(
                (step.Phase.Length > 0 ? $"loss/{step.Phase}" : "loss/train", step.Loss),
                ("rate", step.Rate),
                ("samples_per_second", step.SamplesPerSecond)
            )
        );

    public void Write(EpochDone epoch) =>
        Add(epoch.Step, e => e.Summary = Scalars([("loss/train_epoch", epoch.Loss), .. epoch.Metrics.Select(m => (Tag(m.Name), m.Value))]));

    public void Dispose() => _file?.Dispose();

    /// <summary>Such as <c>loss/test</c> and <c>accuracy/top1</c>; TensorBoard groups by what stands before the slash.</summary>
    private static string Tag(string metric) =>
        metric == MetricNames.TestLoss ? "loss/test"
        : MetricNames.IsShare(metric) ? $"accuracy/{metric}"
        : $"metrics/{metric}";

    private static Summary Scalars(params ReadOnlySpan<(string Tag, double Value)> scalars)
    {
        var summary = new Summary();
        foreach (var (tag, value) in scalars)
            summary.Value.Add(new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });
        return summary;
    }

    private void Add(long step, Action<Event> fill)
    {
        var entry = new Event { WallTime = _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, Step = step };
        fill(entry);
        try
        {
            (_file ??= Create()).Append(entry.ToByteArray());
            _isBehind = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_isBehind)
                _logger.NotRecorded(_path, e.Message);
            _isBehind = true;
        }
    }

    private RecordFile Create()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path) ?? Folder);
        var file = new RecordFile(_path);
        try
        {
            file.Append(
                new Event { WallTime = _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, FileVersion = FileVersion }.ToByteArray()
            );
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            File.Delete(_path);
            throw;
        }
    }
}
