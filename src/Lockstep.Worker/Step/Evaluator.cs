using Lockstep.Core.Collectives;
using Lockstep.Core.Metrics;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace Lockstep.Worker.Step;

/// <summary>
/// Evaluates the net over the whole test set in whatever layout runs: each replica takes its part of the set, its shards exchange as in
/// training, and the replicas add up what they counted. Where the weights are averaged, their average is measured first, and then they.
/// </summary>
internal sealed class Evaluator(
    ISampleSet samples,
    int batch,
    int loaderThreads,
    RunTopology topology,
    Slot slot,
    ITrainable trainable,
    WeightAverage? average,
    ICollectives replicas,
    TimeProvider time
)
{
    private long _batches; // over the run; names the operations

    /// <summary>One pass over the test set; the result is exact and the same on every worker.</summary>
    /// <param name="step">Updates that the weights have seen.</param>
    /// <param name="epoch">The epoch that has ended, counted from 1.</param>
    /// <param name="alive">Called after each batch.</param>
    /// <param name="stop">Cancels the evaluation.</param>
    /// <exception cref="OperationCanceledException">The run was ended from outside.</exception>
    public EvaluationReport Run(long step, int epoch, Action alive, CancellationToken stop)
    {
        long start = time.GetTimestamp();
        MetricValues metrics;
        using (average?.InPlace())
            metrics = Measure(alive, stop);
        if (average is not null)
            metrics = [.. metrics, .. Measure(alive, stop).Select(m => m with { Name = MetricNames.Raw + m.Name })];
        return new EvaluationReport
        {
            Step = step,
            Epoch = epoch,
            Samples = samples.Count,
            Seconds = time.GetElapsedTime(start).TotalSeconds,
            Metrics = { metrics.ToWire() },
        };
    }

    private MetricValues Measure(Action alive, CancellationToken stop)
    {
        var own = new MetricSums(trainable.Metrics);
        using var batches = samples.Load(new EvaluationBatches(samples.Count, batch, topology, slot), loaderThreads);
        using var guard = no_grad();
        while (batches.Next(stop) is { } next)
        {
            using var scope = NewDisposeScope();
            using var current = next;
            Add(current, own);
            alive();
            stop.ThrowIfCancellationRequested();
        }

        return Sum(own).Over(samples.Count);
    }

    private void Add(IBatch next, MetricSums sums)
    {
        long number = _batches++;
        if (next.Plan.Count == 0)
            return; // the whole replica has nothing left, so nobody waits for it
        var pass = new PassContext(Training: false, number, next.Plan.Indices);
        trainable.Evaluate(trainable.Load(next, pass), pass, sums);
    }

    /// <summary>
    /// Adds the replicas' sums in ascending order, in double; counts are whole numbers, so that nothing of them is rounded.
    /// </summary>
    private MetricSums Sum(MetricSums own)
    {
        double[] all = replicas.Gather(new Operation(OperationKind.Result, _batches), own.Values);
        var total = new MetricSums(trainable.Metrics);
        for (int r = 0; r < replicas.Size; r++)
            total.Add(all.AsSpan(r * own.Values.Length, own.Values.Length));
        return total;
    }
}
