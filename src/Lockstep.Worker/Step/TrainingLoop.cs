using AlexNet.Data.Loading;
using AlexNet.Net.Layers;
using AlexNet.Net.Shards;
using Lockstep.Core.Collectives;
using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Schedules;
using Lockstep.Core.Topology;
using Lockstep.Protocol.V1;
using Lockstep.Torch.Exchanging;
using Lockstep.Worker.Control;
using Lockstep.Worker.Phasing;
using Lockstep.Worker.Reduce;
using Lockstep.Worker.Saving;
using Lockstep.Worker.State;
using Lockstep.Worker.Watching;
using static TorchSharp.torch;

namespace Lockstep.Worker.Step;

/// <summary>
/// Trains one shard of one replica, in lockstep with all others, for one generation. A step is: load, forward, loss, backward (whose
/// gradients set out for their sums at once), commit vote, update, report; at its border the workers do what the votes asked for.
/// </summary>
internal sealed class TrainingLoop(
    Recipe recipe,
    StepPlan steps,
    ShardState state,
    PrefetchingLoader loader,
    BatchSharing sharing,
    CommitVote vote,
    Evaluator evaluator,
    CheckpointSaver saver,
    GradientDump dump,
    Border border,
    StepWatch watch,
    Action<WorkerMessage> report
)
{
    private readonly Shard _shard = state.Shard;
    private readonly Exchange _exchange = state.Exchange;
    private readonly GradientReducer _reducer = state.Reducer;
    private readonly int _microBatches = recipe.Training.MicroBatches;

    /// <summary>All steps are done, or the run ends early; every worker finds the same after the same step.</summary>
    private bool IsOver =>
        state.Applied == steps.TotalSteps || EarlyStop.Reason(recipe, steps, state.Applied, state.Evaluations) is not null;

    /// <summary>Trains from the state's step to the end of the run, or until a vote asks for an end.</summary>
    /// <param name="evaluateFirst">The epoch that has just ended has not been evaluated yet.</param>
    /// <param name="stop">Ends the evaluation in progress, or the step before its arithmetic.</param>
    /// <returns>Why it ended; none for the end of the run.</returns>
    /// <exception cref="OperationCanceledException">The generation was ended from outside.</exception>
    /// <exception cref="PeerLostException">Another worker is gone.</exception>
    public BorderActions Run(bool evaluateFirst, CancellationToken stop)
    {
        if (evaluateFirst)
            Evaluate(stop);
        while (!IsOver)
        {
            stop.ThrowIfCancellationRequested();
            var actions = Step(state.Applied, stop);
            var end = actions & (BorderActions.Drain | BorderActions.Regroup);
            if (end != BorderActions.None && state.Applied < steps.TotalSteps)
                return end; // an evaluation that is due comes after the next start
            bool isBest = steps.IsLastOfEpoch(state.Applied - 1) && Evaluate(stop);
            if (!IsOver && (saver.IsDue(state.Applied, isBest) || actions.HasFlag(BorderActions.Save)))
                saver.Begin(state.Applied); // the last step is saved at the end, and waited for
        }
        return BorderActions.None;
    }

    private BorderActions Step(long step, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        watch.Begin(step);
        watch.Enter(StepPhase.Load);
        using var batch = loader.Next(stop);
        watch.Clock.Data();
        var images = sharing.Images(new Operation(OperationKind.Batch, step), batch); // samples x channels x height x width
        var labels = tensor(batch.Labels).to(_shard.Device, non_blocking: true);
        _exchange.TakeWaited(); // sharing the decoding counts as loading
        watch.Clock.Load();

        var losses = new List<Tensor>(_microBatches);
        for (int part = 0; part < _microBatches; part++)
            Pass(batch, images, labels, part, losses);
        if (batch.Labels.Length == 0) // nothing left for this replica at the end of an epoch: it adds zeros
            _reducer.BeginAll(step);
        watch.Enter(StepPhase.Reduce);
        _reducer.Wait();
        state.Optimizer.Measure(_exchange, step);
        watch.Clock.Reduce();

        watch.Enter(StepPhase.Vote);
        var numbers = StepNumbers.Read(losses, _shard.Parameters);
        state.HoldsSums = numbers.Infected is null;
        var verdict = vote.Cast(step, numbers, batch.Labels.Length, border.Take());
        watch.Clock.Vote();

        watch.Enter(StepPhase.Update);
        dump.Write(step);
        saver.WaitUntilCopied(); // weights may change from here on
        double rate = state.Update();
        watch.Clock.Update();
        Report(batch, verdict, rate);
        return verdict.Actions;
    }

    /// <summary>One micro-batch forward and backward; gradients add up over them, and set out for their sums during the last.</summary>
    private void Pass(Batch batch, Tensor images, Tensor labels, int part, List<Tensor> losses)
    {
        var extent = Extent.Part(batch.Labels.Length, _microBatches, part);
        if (extent.Length == 0)
            return; // never the last part of a batch that has any sample
        var context = new PassContext(Training: true, batch.Step, batch.Indices.Slice(extent.Start, extent.Length), part);
        using var scope = NewDisposeScope(); // a micro-batch's activations go before the next one's come
        watch.Enter(StepPhase.Forward);
        var pass = _shard.Forward(_microBatches == 1 ? images : images.narrow(0, extent.Start, extent.Length), context);
        var loss = SoftmaxLoss.Of(pass.Logits, labels.narrow(0, extent.Start, extent.Length), batch.GlobalCount);
        losses.Add(loss.Loss.MoveToOuterDisposeScope());
        watch.Clock.Forward(_exchange.TakeWaited());

        watch.Enter(StepPhase.Backward);
        bool last = part == _microBatches - 1;
        _shard.Backward(pass, loss.LogitsGradient, segment =>
        {
            if (_microBatches > 1)
                segment.AccumulateGradients();
            if (last)
                _reducer.Begin(segment, batch.Step);
        });
        watch.Clock.Backward(_exchange.TakeWaited());
    }

    /// <returns>Whether the net was never better.</returns>
    private bool Evaluate(CancellationToken stop)
    {
        watch.Pause();
        var result = evaluator.Run(state.Applied, steps.EpochOf(state.Applied - 1), watch.Alive, stop);
        report(new WorkerMessage { Evaluation = result });
        return state.Remember(new Evaluation(result.Step, result.Top1));
    }

    private void Report(Batch batch, Verdict verdict, double rate) =>
        report(
            new WorkerMessage
            {
                Step = new StepReport
                {
                    Step = state.Applied,
                    Epoch = batch.Epoch,
                    Loss = verdict.Loss,
                    Samples = (int)verdict.Samples,
                    OwnSamples = batch.Labels.Length,
                    Rate = rate,
                    Phases = watch.End(),
                },
            }
        );
}
