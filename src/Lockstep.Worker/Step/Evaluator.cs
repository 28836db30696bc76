using System.Buffers.Binary;
using System.Runtime.InteropServices;
using AlexNet.Data.Loading;
using AlexNet.Data.Samples;
using AlexNet.Net.Layers;
using AlexNet.Net.Shards;
using AlexNet.Net.Trained;
using Lockstep.Core.Collectives;
using Lockstep.Core.Topology;
using Lockstep.Protocol.V1;
using Lockstep.Torch.Memory;
using static TorchSharp.torch;

namespace Lockstep.Worker.Step;

/// <summary>
/// Evaluates the net over the whole test set in whatever layout runs: each replica takes its part of the set, its shards exchange as in
/// training, and the replicas add up what they counted.
/// </summary>
internal sealed class Evaluator(
    IImageSet images,
    int batch,
    int loaderThreads,
    RunTopology topology,
    Slot slot,
    Shard shard,
    BatchSharing sharing,
    ICollectives replicas,
    TimeProvider time
)
{
    private const int Fields = 4; // loss sum, top-1 hits, top-5 hits, samples

    private long _batches; // over the run; names the operations

    /// <summary>One pass over the test set; the result is exact and the same on every worker.</summary>
    /// <param name="step">Updates that the weights have seen.</param>
    /// <param name="epoch">The epoch that has ended, counted from 1.</param>
    /// <param name="alive">Called after each batch.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="OperationCanceledException">The run was ended from outside.</exception>
    public EvaluationReport Run(long step, int epoch, Action alive, CancellationToken stop)
    {
        long start = time.GetTimestamp();
        var tally = new EvaluationTally();
        using var loader = new PrefetchingLoader(
            images,
            new EvaluationBatches(images.Count, batch, topology, slot),
            threads: loaderThreads
        );
        using (no_grad())
        {
            while (loader.TryNext(out var next, stop))
            {
                using var scope = NewDisposeScope();
                using var current = next;
                Count(current, tally);
                alive();
                stop.ThrowIfCancellationRequested();
            }
        }

        var total = Sum(tally);
        return new EvaluationReport
        {
            Step = step,
            Epoch = epoch,
            Loss = total.Loss / total.Samples,
            Top1 = (double)total.Top1 / total.Samples,
            Top5 = (double)total.Top5 / total.Samples,
            Samples = (int)total.Samples,
            Seconds = time.GetElapsedTime(start).TotalSeconds,
        };
    }

    private void Count(Batch batch, EvaluationTally tally)
    {
        long number = _batches++;
        if (batch.Labels.Length == 0)
            return; // the whole replica has nothing left, so nobody waits for it
        var input = sharing.Images(new Operation(OperationKind.Evaluate, number), batch);
        var pass = shard.Forward(input, new PassContext(Training: false, number, batch.Indices));
        tally.Add(pass.Logits, tensor(batch.Labels).to(shard.Device));
    }

    /// <summary>Adds the replicas' tallies in ascending order, as doubles and whole numbers, so that nothing is rounded.</summary>
    private (double Loss, long Top1, long Top5, long Samples) Sum(EvaluationTally tally)
    {
        const int length = Fields * sizeof(long);
        using var all = zeros(replicas.Size * length, dtype: ScalarType.Byte);
        var own = all.bytes.Slice(replicas.Rank * length, length);
        BinaryPrimitives.WriteDoubleLittleEndian(own, tally.LossSum);
        MemoryMarshal.Cast<byte, long>(own)[1] = tally.Top1Hits;
        MemoryMarshal.Cast<byte, long>(own)[2] = tally.Top5Hits;
        MemoryMarshal.Cast<byte, long>(own)[3] = tally.Samples;
        var memory = HostMemory.Of(all);
        var parts = Enumerable.Range(0, replicas.Size).Select(r => memory.Slice(r * length, length));
        replicas.AllGather(new Operation(OperationKind.Result, _batches), [.. parts]).Wait();

        var values = MemoryMarshal.Cast<byte, long>(all.bytes);
        var sum = (Loss: 0.0, Top1: 0L, Top5: 0L, Samples: 0L);
        for (int i = 0; i < values.Length; i += Fields)
        {
            sum = (
                sum.Loss + BitConverter.Int64BitsToDouble(values[i]),
                sum.Top1 + values[i + 1],
                sum.Top5 + values[i + 2],
                sum.Samples + values[i + 3]
            );
        }

        return sum;
    }
}
