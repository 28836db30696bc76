using AlexNet.Core.Collectives;
using AlexNet.Core.Recipes;
using AlexNet.Core.Sampling;
using AlexNet.Core.Schedules;
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
    CommitVote vote, IOptimizer optimizer, Evaluator evaluator, GradientDump dump, Action<WorkerMessage> report, TimeProvider time)
{
    private readonly StepClock _clock = new(time);

    /// <summary>Trains from a step to the last one of the run.</summary>
    /// <exception cref="OperationCanceledException">The run was ended from outside.</exception>
    /// <exception cref="PeerLostException">Another worker is gone.</exception>
    public void Run(long startStep, CancellationToken stop)
    {
        for (long step = startStep; step < steps.TotalSteps; step++)
        {
            stop.ThrowIfCancellationRequested();
            Step(step);
            if (steps.IsLastOfEpoch(step))
                report(new WorkerMessage { Evaluation = evaluator.Run(step + 1, steps.EpochOf(step), stop) });
        }
    }

    private void Step(long step)
    {
        using var scope = NewDisposeScope();
        _clock.Begin();

        using var batch = loader.Next();
        var images = sharing.Images(new Operation(OperationKind.Batch, step), batch); // samples x channels x height x width
        var labels = tensor(batch.Labels).to(shard.Device);
        exchange.TakeWaited(); // sharing the decoding counts as loading
        _clock.Load();

        var context = new PassContext(Training: true, step, batch.Indices);
        var pass = shard.Forward(images, context);
        var loss = SoftmaxLoss.Of(pass.Logits, labels, batch.GlobalCount);
        _clock.Forward(exchange.TakeWaited());

        shard.Backward(pass, loss.LogitsGradient, segment => reducer.Begin(segment, step));
        _clock.Backward(exchange.TakeWaited());
        reducer.Wait();
        _clock.Reduce();

        vote.Cast(step);
        _clock.Vote();
        dump.Write(step);
        double rate = LearningRate.Of(recipe.Optimizer, recipe.Schedule, batch.Epoch);
        optimizer.Step(rate);
        shard.ClearGradients();
        _clock.Update();

        report(new WorkerMessage
        {
            Step = new StepReport
            {
                Step = step + 1,
                Epoch = batch.Epoch,
                Loss = loss.Value,
                Samples = batch.Labels.Length,
                Rate = rate,
                Phases = _clock.End(),
            },
        });
    }
}
