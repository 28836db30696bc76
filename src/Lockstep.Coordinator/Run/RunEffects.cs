using Lockstep.Coordinator.Checkpoints;
using Lockstep.Coordinator.Generations;
using Lockstep.Coordinator.Recording;
using Lockstep.Coordinator.Turns;
using Lockstep.Hosting.Security;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Coordinator.Run;

/// <summary>
/// Does what the run's loop has decided on. What is short (a message, a line, an entry of the ledger) is done at once and in order. What
/// takes as long as a checkpoint is large is begun here and goes on in the background; what has become of it comes back as an input.
/// </summary>
internal sealed class RunEffects(
    RunLedger ledger,
    RunRecorder record,
    RunFiles files,
    CheckpointStore checkpoints,
    CheckpointPublisher publisher,
    ProcessEnding ending,
    ILogger<RunEffects> logger
)
{
    private Task _onCheckpoints = Task.CompletedTask; // one after the other: what one deletes no other is reading

    /// <param name="effect">What is to be done.</param>
    /// <param name="runId">Name of the run.</param>
    /// <param name="back">Takes what comes of it later; called by any thread.</param>
    /// <exception cref="IOException">The ledger cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The run directory is gone.</exception>
    public void Do(RunEffect effect, string runId, Action<RunInput> back)
    {
        switch (effect)
        {
            case Send send:
                send.To.Send(send.Message);
                break;
            case HangUp hangUp:
                hangUp.To.Complete();
                break;
            case Tell tell:
                record.Take(runId, tell.Entry);
                break;
            case Retell retell:
                record.TakeAgain(retell.Entry);
                break;
            case CountWorkers count:
                record.Workers(count.Workers);
                break;
            case CountProgress:
                record.Progressed();
                break;
            case CountRestart count:
                record.Restarted(count.Cause);
                break;
            case CountPlan count:
                record.Known(count.Plan, count.TrainSamples);
                break;
            case LogReduction log:
                record.Reduces(log.How, log.Reason);
                break;
            case LogInexact log:
                record.NotExact(log.Step, log.Differences);
                break;
            case Publish publish:
                var copy = ledger.Copy(); // by this thread, which alone writes it
                InTurn(() => new Published(publisher.Publish(publish.Checkpoint, copy)), back);
                break;
            case Discard discard:
                InTurn(() => Discard(discard), back);
                break;
            case Prepare { Need.IsOfCheckpoint: true } prepare:
                InTurn(() => new Prepared(Read(prepare.Need)), back);
                break;
            case Prepare prepare:
                _ = InBackgroundAsync(() => new Prepared(Read(prepare.Need)), back);
                break;
            case EndProcess end:
                ending.Begin(record.Close(), end.UntilHeard, end.Lingers);
                break;
            case AllLeft:
                ending.AllLeft();
                break;
            default:
                Keep(effect);
                break;
        }
    }

    private void Keep(RunEffect effect)
    {
        switch (effect)
        {
            case KeepBegin begin:
                ledger.Begin(begin.RunId, begin.Drain, begin.Hold);
                break;
            case KeepDrain drain:
                ledger.AskToDrain(drain.Hold);
                break;
            case KeepPlan keep:
                ledger.Announce(keep.Plan, keep.PeerToken, keep.Restarts);
                break;
            case KeepStart start:
                ledger.Start(start.Generation);
                break;
            case KeepFactors factors:
                ledger.Choose(factors.Choice);
                break;
            case KeepProtection protection:
                ledger.Choose(protection.Every);
                break;
            case KeepData keep:
                ledger.Bind(keep.Data);
                record.Bind(keep.Data, keep.IsNew);
                break;
            case KeepRecords keep:
                record.GoOn(keep.Recorded);
                break;
            case KeepEnd end:
                TryClose(end);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(effect), effect, "Nobody does this.");
        }
    }

    /// <summary>Where the disk takes no more, the end is told all the same.</summary>
    private void TryClose(KeepEnd end)
    {
        try
        {
            ledger.Close(end.How, end.Hold);
        }
        catch (IOException e)
        {
            record.EndNotRecorded(e.Message);
        }
    }

    private RunInput? Discard(Discard discard)
    {
        checkpoints.Abandon(discard.Step, discard.Generation);
        return null;
    }

    private Preparation Read(GenerationNeed need)
    {
        var checkpoint = need.IsOfCheckpoint
            ? checkpoints.NewestWhole(damaged => logger.Damaged(damaged.Directory, string.Join(" ", damaged.Problems)))
            : null;
        long start = need.LiveStep ?? checkpoint?.Step ?? 0;
        return new(need, checkpoint, need.GoesOn ? files.Read(start) : null, Tokens.Create());
    }

    /// <summary>Only the loop comes here, so that the order is that of its decisions.</summary>
    private void InTurn(Func<RunInput?> work, Action<RunInput> back)
    {
        var before = _onCheckpoints;
        _onCheckpoints = WorkAsync();

        async Task WorkAsync()
        {
            await before.ConfigureAwait(false);
            await InBackgroundAsync(work, back).ConfigureAwait(false);
        }
    }

    /// <summary>An error is the coordinator's own, and never thrown here.</summary>
    private static Task InBackgroundAsync(Func<RunInput?> work, Action<RunInput> back) =>
        Task.Run(() =>
        {
            try
            {
                if (work() is { } input)
                    back(input);
            }
            catch (Exception e)
            {
                back(new Broken(e));
            }
        });
}
