using Lockstep.Coordinator.Run;
using Lockstep.Core.Metrics;
using Lockstep.Core.Status;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Coordinator.Watching;

/// <summary>
/// Tells how the run stands, to as many as ask. The directory of checkpoints is read again only when something was saved.
/// </summary>
internal sealed class StatusReporter(RunLoop loop, CheckpointStore store, CoordinatorOptions options)
{
    private readonly Objective _objective = options.Recipe.Objective;
    private readonly Lock _gate = new();
    private IReadOnlyList<CheckpointStatus> _checkpoints = [];
    private (int Saves, long Generation)? _read; // what had happened when they were read

    public async Task<RunStatus> NowAsync()
    {
        var sight = await loop.LookAsync().ConfigureAwait(false);
        return VisibleStatus.Of(StatusBuilder.Of(sight, options, CheckpointsAfter((sight.Timeline.Saves, sight.Plan?.Generation ?? 0))));
    }

    private IReadOnlyList<CheckpointStatus> CheckpointsAfter((int Saves, long Generation) happened)
    {
        lock (_gate)
        {
            if (_read != happened)
                (_checkpoints, _read) = (Read(), happened);
            return _checkpoints;
        }
    }

    private IReadOnlyList<CheckpointStatus> Read()
    {
        try
        {
            List<CheckpointStatus> found = [.. store.List().Where(c => c.State != CheckpointState.Unfinished).Select(Of)];
            var best = found.Where(c => c.Value is not null).MaxBy(c => _objective.HigherIsBetter ? c.Value : -c.Value);
            return [.. found.Select(c => c with { IsBest = c == best })];
        }
        catch (IOException)
        {
            return []; // the disk's trouble is told where it is written to
        }
    }

    private CheckpointStatus Of(StoredCheckpoint checkpoint)
    {
        var own = checkpoint.Manifest?.Evaluations.FirstOrDefault(e => e.Step == checkpoint.Step);
        return new(
            checkpoint.Step,
            checkpoint.State.ToString().ToLowerInvariant(),
            checkpoint.Bytes,
            checkpoint.Written,
            own?.Metrics[_objective.Metric],
            IsBest: false,
            Path.GetFileName(checkpoint.Directory)
        );
    }
}
