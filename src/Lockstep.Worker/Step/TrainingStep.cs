using Lockstep.Core.Collectives;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Protocol.V1;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Trainables;
using Lockstep.Worker.Control;
using Lockstep.Worker.Reduce;
using Lockstep.Worker.State;
using Lockstep.Worker.Watching;
using static TorchSharp.torch;

namespace Lockstep.Worker.Step;

/// <summary>
/// One step, in lockstep with all other workers: load, forward, loss, backward (whose gradients set out for their sums at once), commit
/// vote, update, report.
/// </summary>
/// <param name="state">What is trained.</param>
/// <param name="kept">What is kept for another worker; null for nothing.</param>
/// <param name="microBatches">Parts that a replica's share of the batch goes through the net in.</param>
/// <param name="batches">From the state's step to the end of the run.</param>
/// <param name="replicas">The holders of the same part.</param>
/// <param name="vote">The vote of all workers.</param>
/// <param name="border">What this worker asks for at the next border.</param>
/// <param name="watch">Measures the phases.</param>
/// <param name="beforeUpdate">Called before the update that all have agreed on; waits until what is saved is copied.</param>
/// <param name="report">Sends a message to the coordinator.</param>
internal sealed class TrainingStep(
    ShardState state,
    KeptState? kept,
    int microBatches,
    IBatchSource batches,
    ICollectives replicas,
    CommitVote vote,
    Border border,
    StepWatch watch,
    Action<long> beforeUpdate,
    Action<WorkerMessage> report
)
{
    private readonly ITrainable _trainable = state.Trainable;
    private readonly Exchange _exchange = state.Exchange;
    private readonly GradientReducer _reducer = state.Reducer;

    /// <summary>Makes the state's next step.</summary>
    /// <param name="stop">Ends it before its arithmetic.</param>
    /// <returns>What the votes ask for at the border behind it.</returns>
    /// <exception cref="NotFiniteException">A worker's gradients are not finite; nobody has made the update.</exception>
    /// <exception cref="OperationCanceledException">The generation was ended from outside.</exception>
    /// <exception cref="PeerLostException">Another worker is gone.</exception>
    public BorderActions Run(CancellationToken stop)
    {
        long step = state.Applied;
        using var scope = NewDisposeScope();
        watch.Begin(step);
        watch.Enter(Phase.Load);
        using var batch = batches.Next(stop) ?? throw new InvalidOperationException($"there is no batch for step {step + 1}.");
        watch.Clock.Data();
        var loaded = _trainable.Load(batch, new PassContext(Training: true, step, batch.Plan.Indices));
        _exchange.TakeWaited(); // sharing what was read counts as loading
        watch.Clock.Load();

        Keep(k => k.Begin(state));
        state.Changing?.Hold();
        var shares = new List<LossShare>(microBatches);
        for (int part = 0; part < microBatches; part++)
            Pass(loaded, part, shares);
        if (batch.Plan.Count == 0 && !_trainable.MeetsReplicas) // nothing left for this replica at the end of an epoch: it adds zeros
            _reducer.BeginAll(step);
        state.Changing?.Begin(step);
        watch.Enter(Phase.Reduce);
        _reducer.Wait();
        _reducer.Finish();
        state.Changing?.Wait();
        state.Measure(shares, replicas);
        Keep(k => k.Take(state));
        watch.Clock.Reduce();

        watch.Enter(Phase.Vote);
        var numbers = StepNumbers.Read([.. shares.Select(s => s.Sum)], state.Changed, state.LossScale);
        state.HoldsSums = numbers.Infected is null;
        var verdict = vote.Cast(step, numbers, batch.Plan.Count, border.Take());
        watch.Clock.Vote();

        watch.Enter(Phase.Update);
        beforeUpdate(step);
        watch.Clock.Saved();
        Keep(k => k.Commit(state));
        double rate = state.Update();
        watch.Clock.Update();
        Report(batch.Plan, verdict, rate);
        return verdict.Actions;
    }

    private void Keep(Action<KeptState> work)
    {
        if (kept is not null)
            watch.Clock.Keep(() => work(kept));
    }

    /// <summary>One micro-batch forward and backward; gradients add up over them, and set out for their sums during the last.</summary>
    private void Pass(LoadedBatch batch, int part, List<LossShare> shares)
    {
        var extent = Extent.Part(batch.Plan.Count, microBatches, part);
        if (extent.Length == 0 && !_trainable.MeetsReplicas)
            return; // never the last part of a batch that has any sample
        bool isLast = part == microBatches - 1;
        using var scope = NewDisposeScope(); // a micro-batch's activations go before the next one's come
        var progress = new PassWatch(watch, _exchange, group => Complete(group, batch.Plan.Step, isLast), isLast && _reducer.IsUsed);
        progress.Begin();
        var context = new PassContext(Training: true, batch.Plan.Step, batch.Plan.Indices.Slice(extent.Start, extent.Length), part);
        var share = _trainable.Train(batch, extent, context, progress);
        shares.Add(new LossShare(share.Sum.MoveToOuterDisposeScope(), share.Weight?.MoveToOuterDisposeScope()));
        progress.End();
    }

    private void Complete(GradientGroup group, long step, bool isLast)
    {
        if (microBatches > 1)
        {
            foreach (var parameter in group.Parameters)
                parameter.Accumulate();
        }

        if (isLast)
            _reducer.Begin(group, step);
    }

    private void Report(BatchPlan batch, Verdict verdict, double rate) =>
        report(
            new WorkerMessage
            {
                Step = new StepReport
                {
                    Step = state.Applied,
                    Epoch = batch.Epoch,
                    Loss = verdict.Loss,
                    Samples = (int)verdict.Samples,
                    OwnSamples = batch.Count,
                    Rate = rate,
                    Phases = watch.End(),
                },
            }
        );
}
