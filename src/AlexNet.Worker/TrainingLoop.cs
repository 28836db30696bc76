using AlexNet.Core.Collectives;
using AlexNet.Core.Recipes;
using AlexNet.Core.Sampling;
using AlexNet.Core.Schedules;
using AlexNet.Core.Topology;
using AlexNet.Data.Loading;
using AlexNet.Model;
using AlexNet.Model.Layers;
using AlexNet.Model.Optimizers;
using AlexNet.Protocol.V1;
using static TorchSharp.torch;

namespace AlexNet.Worker;

/// <summary>
/// Trains one shard of one replica, in lockstep with all others. A step is: load, forward, loss, backward (whose gradients set out for
/// their sums at once), commit vote, update, report.
/// </summary>
internal sealed class TrainingLoop(
    Recipe recipe, StepPlan steps, PrefetchingLoader loader, BatchSharing sharing, Shard shard, Exchange exchange, GradientReducer reducer,
    CommitVote vote, IOptimizer optimizer, Evaluator evaluator, GradientDump dump, Action<long, StepPhase> entering, Action<WorkerMessage> report,
    TimeProvider time)
{
    private readonly StepClock _clock = new(time);
    private readonly int _microBatches = recipe.Training.MicroBatches;

    /// <summary>Trains from a step to the last one of the run.</summary>
    /// <exception cref="OperationCanceledException">The run was ended from outside.</exception>
    /// <exception cref="PeerLostException">Another worker is gone.</exception>
    public void Run(long startStep, CancellationToken stop)
    {
        for (long step = startStep; step < steps.TotalSteps; step++)
        {
            stop.ThrowIfCancellationRequested();
            Step(step, stop);
            if (steps.IsLastOfEpoch(step))
                report(new WorkerMessage { Evaluation = evaluator.Run(step + 1, steps.EpochOf(step), stop) });
        }
    }

    private void Step(long step, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        _clock.Begin();
        entering(step, StepPhase.Load);
        using var batch = loader.Next(stop);
        var images = sharing.Images(new Operation(OperationKind.Batch, step), batch); // samples x channels x height x width
        var labels = tensor(batch.Labels).to(shard.Device);
        exchange.TakeWaited(); // sharing the decoding counts as loading
        _clock.Load();

        double loss = 0;
        for (int part = 0; part < _microBatches; part++)
            loss += Pass(batch, images, labels, part);
        if (batch.Labels.Length == 0) // nothing left for this replica at the end of an epoch: it adds zeros
            reducer.BeginAll(step);
        entering(step, StepPhase.Reduce);
        reducer.Wait();
        _clock.Reduce();

        entering(step, StepPhase.Vote);
        vote.Cast(step);
        _clock.Vote();

        entering(step, StepPhase.Update);
        dump.Write(step);
        double rate = LearningRate.Of(recipe, batch.Epoch);
        optimizer.Step(rate);
        shard.ClearGradients();
        _clock.Update();

        report(new WorkerMessage
        {
            Step = new StepReport
            {
                Step = step + 1,
                Epoch = batch.Epoch,
                Loss = loss,
                Samples = batch.Labels.Length,
                Rate = rate,
                Phases = _clock.End(),
            },
        });
    }

    /// <summary>One micro-batch forward and backward; gradients add up over them, and set out for their sums during the last.</summary>
    private double Pass(Batch batch, Tensor images, Tensor labels, int part)
    {
        var extent = Extent.Part(batch.Labels.Length, _microBatches, part);
        if (extent.Length == 0)
            return 0; // never the last part of a batch that has any sample
        var context = new PassContext(Training: true, batch.Step, batch.Indices.Slice(extent.Start, extent.Length), part);
        using var scope = NewDisposeScope(); // a micro-batch's activations go before the next one's come
        entering(batch.Step, StepPhase.Forward);
        var pass = shard.Forward(images.narrow(0, extent.Start, extent.Length), context);
        var loss = SoftmaxLoss.Of(pass.Logits, labels.narrow(0, extent.Start, extent.Length), batch.GlobalCount);
        _clock.Forward(exchange.TakeWaited());

        entering(batch.Step, StepPhase.Backward);
        bool last = part == _microBatches - 1;
        shard.Backward(pass, loss.LogitsGradient, segment =>
        {
            if (last)
                reducer.Begin(segment, batch.Step);
        });
        _clock.Backward(exchange.TakeWaited());
        return loss.Value;
    }
}
