using Lockstep.Core.Recipes;
using Lockstep.Core.Timings;
using Lockstep.Core.Topology;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Torch.Checkpoints;
using Lockstep.Worker.Control;
using Lockstep.Worker.Options;
using Lockstep.Worker.State;
using Lockstep.Worker.Watching;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Worker.Saving;

/// <summary>
/// Saves this worker's shard while it trains, and tells the coordinator, which makes the checkpoint. The writing of shards is shared out
/// among the replicas; the others hash what they would have written, so that replicas that have drifted apart are found (law 7).
/// </summary>
internal sealed class CheckpointSaver : IDisposable
{
    private static readonly TimeSpan LastWrite = TimeSpan.FromMinutes(10); // the longest that the end of a run waits for a disk

    private readonly CheckpointRecipe _when;
    private readonly Plan _plan;
    private readonly Slot _slot;
    private readonly CoordinatorSession _session;
    private readonly TimeProvider _time;
    private readonly CheckpointCopy _copy;
    private readonly WorkerOptions _options;
    private readonly Action<long> _strike; // an injected fault
    private Task _saving = Task.CompletedTask;
    private long _lastStep = -1,
        _lastBegun;
    private bool _ended;

    public CheckpointSaver(
        RunContext run,
        Plan plan,
        Slot slot,
        ShardState state,
        WorkerOptions options,
        ArmedFault? fault,
        TimeProvider time
    )
    {
        (_when, _plan, _slot, _session, _time, _lastBegun) = (run.Recipe.Checkpoint, plan, slot, run.Session, time, time.GetTimestamp());
        (_options, _strike) = (options, step => fault?.At(step, Phase.Save));
        _copy = new CheckpointCopy(
            state.Trainable.Parameters,
            state.Trainable.State,
            state.Optimizer,
            state.Average,
            slot.Shard,
            plan.Topology.Shards
        );
        if (plan.Checkpoint is not null)
            _lastStep = plan.StartStep;
    }

    private bool Leads => _slot is { Replica: 0, Shard: 0 };

    private bool Writes => _slot.Shard % _plan.Topology.Replicas == _slot.Replica;

    /// <summary>
    /// Whether all workers save after this update, by what all know of it. Where time decides, the first worker asks the others with its
    /// next vote.
    /// </summary>
    /// <param name="applied">Updates done.</param>
    /// <param name="isBest">It has just been evaluated, and is better than all before.</param>
    public bool IsDue(long applied, bool isBest)
    {
        if (Leads && _when.EveryMinutes is { } minutes && _time.GetElapsedTime(_lastBegun).TotalMinutes >= minutes)
        {
            _session.Border.Ask(BorderActions.Save);
            _lastBegun = _time.GetTimestamp();
        }
        return (isBest && _when.Best) || (_when.EverySteps is { } steps && applied % steps == 0);
    }

    /// <summary>Begins to save what the weights are now; the next update must wait for <see cref="WaitUntilCopied"/>.</summary>
    public void Begin(long step)
    {
        if (step == _lastStep)
            return;
        (_lastStep, _lastBegun) = (step, _time.GetTimestamp());
        var files = _copy.Begin(new StruckTarget(Writes ? Target(step) : new HashingTarget(), () => _strike(step)));
        _saving = TellAsync(_saving, files is null ? Task.FromResult(Skipped(step)) : SaveAsync(step, files));
    }

    /// <summary>Returns once the weights may change.</summary>
    public void WaitUntilCopied() => _copy.WaitUntilCopied();

    /// <summary>The run ends here: saves what the weights are, where that is not done yet, and waits for the disk.</summary>
    /// <exception cref="OperationCanceledException">The generation was ended from outside.</exception>
    public void SaveLast(long step, CancellationToken over)
    {
        Await(_saving, over);
        Begin(step);
        Await(_saving, over);
    }

    /// <summary>What is still being written is finished in the background, and told to nobody.</summary>
    public void Dispose()
    {
        _ended = true;
        _copy.Dispose();
    }

    private void Await(Task saving, CancellationToken over)
    {
        long begun = _time.GetTimestamp();
        while (!saving.Wait(LivenessTimings.Standard.AliveInterval, over))
        {
            if (_time.GetElapsedTime(begun) > LastWrite)
            {
                throw new TimeoutException(
                    $"a checkpoint was not written within {LastWrite.TotalMinutes:0} minutes; the disk does not respond."
                );
            }

            _session.TellAlive(Phase.Save);
        }
    }

    private ICheckpointTarget Target(long step) =>
        _options.RunDirectory is { } shared
            ? new CheckpointDirectory(CheckpointFiles.Unfinished(shared, step, _plan.Generation))
            : new CoordinatorStore(_options.Coordinator, _session.Access, _plan.Generation, step);

    private Saved Skipped(long step) =>
        new()
        {
            Step = step,
            Problem = $"{_slot} was still writing the checkpoint before; the disk is too slow for checkpoints this often.",
        };

    private async Task<Saved> SaveAsync(long step, Task<SavedShard> files)
    {
        long begun = _time.GetTimestamp();
        var saved = new Saved { Step = step, Shard = _slot.Shard };
        try
        {
            var written = await files.ConfigureAwait(false);
            saved.WeightsHash = string.Join(' ', written.Files.Select(f => f.Sha256));
            saved.CommonHash = written.CommonHash ?? "";
            if (Writes)
            {
                saved.Files.AddRange(
                    written.Files.Select(f => new SavedFile
                    {
                        Name = f.Name,
                        Bytes = f.Bytes,
                        Sha256 = f.Sha256,
                    })
                );
            }
        }
        catch (Exception e) // whatever it is, training goes on
        {
            saved.Problem = $"{_slot} could not write it: {e.Message}";
        }
        saved.Seconds = _time.GetElapsedTime(begun).TotalSeconds;
        return saved;
    }

    /// <summary>
    /// Tells a save after the one before it: the coordinator takes an older checkpoint that is still incomplete for lost.
    /// </summary>
    private async Task TellAsync(Task before, Task<Saved> saved)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Tell(await saved.ConfigureAwait(false));
    }

    private void Tell(Saved saved)
    {
        if (_ended)
            return;
        _session.Send(new WorkerMessage { Saved = saved });
        foreach (var old in _session.GiveUpOldSaves())
        {
            if (_options.RunDirectory is { } shared)
            {
                new CheckpointDirectory(CheckpointFiles.Unfinished(shared, old.Step, _plan.Generation)).Remove(
                    old.Files.Select(f => f.Name)
                );
            }
        }
    }

    /// <summary>Meets an injected fault before its first byte.</summary>
    private sealed class StruckTarget(ICheckpointTarget inner, Action strike) : ICheckpointTarget
    {
        public ManifestFile Write(string name, Action<Stream> content)
        {
            strike();
            return inner.Write(name, content);
        }
    }
}
