using AlexNet.Net.Functions;
using AlexNet.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace AlexNet.Net.Shards;

/// <summary>
/// All convolutions, trained on this worker's samples, and a part of each fully connected layer, trained on everybody's. 1. Each worker
/// runs its samples through the convolutions. 2. In turn, each gives its activations to all, and all run them through the fully connected
/// layers, exchanging as shards do. 3. Backward goes through the turns again, and each turn's gradients are summed at the worker whose
/// activations they are of. 4. The convolutions' gradients are reduced over all workers; those of the fully connected layers are complete.
/// Source: Krizhevsky 2014, "One weird trick for parallelizing convolutional neural networks", section 4, scheme (b).
/// </summary>
public sealed class HybridShard(Recipe recipe, RunTopology topology, int index, Exchange exchange, Device device, GpuOptions? gpu = null)
    : Shard(recipe, topology, index, exchange, device, gpu)
{
    /// <inheritdoc/>
    public override bool SeesAllSamples => false;

    private Segment Body => Segments[0];

    private IReadOnlyList<Segment> Head => field ??= [.. Segments.Skip(1)];

    /// <param name="images">This worker's part of the samples x channels x height x width.</param>
    /// <param name="context">The context over all samples.</param>
    /// <inheritdoc cref="Shard.Forward(Tensor, PassContext)"/>
    public override ForwardPass Forward(Tensor images, PassContext context)
    {
        var own = TurnOf(context, Index);
        var body = own.Samples.Length == 0 ? null : Body.Forward(Prepare(images), own with { MicroBatch = 0 });
        var turns = Turns(context).Select(turn => Forward(Spread(body, turn), turn, Head)).ToList();
        return new HybridPass(context, body, turns, cat([.. turns.Select(t => t.Logits)], 0));
    }

    public override void Backward(ForwardPass pass, Tensor logitsGradient, Action<GradientGroup> finished)
    {
        if (pass is not HybridPass { Turns: var turns, Body: var body })
            throw new ArgumentException("the pass is not one of a hybrid.", nameof(pass));
        Tensor? own = null;
        long row = 0;
        foreach (var turn in turns)
        {
            int samples = turn.Context.Samples.Length;
            var partial = Backward(turn, logitsGradient.narrow(0, row, samples), Head, segment =>
            {
                segment.AccumulateGradients();
                if (turn == turns[^1])
                    Finish(segment, finished);
            });
            var sum = Exchange.SumAt(
                Returning(turn.Context, Head[0].Index),
                partial ?? throw new InvalidOperationException("the head left no gradient for its input."),
                OwnerOf(turn.Context)
            );
            own = sum ?? own;
            row += samples;
        }
        if (body is not null && own is not null)
            BackwardPass.Run(body, own);
        Finish(Body, finished);
    }

    /// <summary>Every worker holds the convolutions; what it holds of the other layers has seen all samples.</summary>
    protected override SumOver SumOf(Segment segment) => segment == Body ? SumOver.All : SumOver.Nobody;

    /// <summary>The activations of one worker, on all of them.</summary>
    private Tensor Spread(Tensor? body, PassContext turn)
    {
        var map = Body.LastLayer.Shape.Output;
        return Exchange.Spread(
            Gathering(turn, Head[0].Index),
            body,
            OwnerOf(turn),
            [turn.Samples.Length, map.Channels, map.Height, map.Width],
            ImageType,
            Device
        );
    }

    /// <summary>Turns that have samples; the micro-batch that a turn counts as keeps the names of its exchanges apart.</summary>
    private IEnumerable<PassContext> Turns(PassContext context) =>
        Enumerable.Range(0, Placement.Shards).Select(worker => TurnOf(context, worker)).Where(turn => turn.Samples.Length > 0);

    private PassContext TurnOf(PassContext context, int worker)
    {
        var part = Extent.Part(context.Samples.Length, Placement.Shards, worker);
        return context with { Samples = context.Samples.Slice(part.Start, part.Length), MicroBatch = worker };
    }

    private static int OwnerOf(PassContext turn) => turn.MicroBatch;

    /// <summary>A forward pass of all turns.</summary>
    /// <param name="Context">The context over all samples.</param>
    /// <param name="Body">This worker's activations of the last convolution; null where it has no sample.</param>
    /// <param name="Turns">The turns of the fully connected layers.</param>
    /// <param name="Logits">The logits of all samples.</param>
    private sealed record HybridPass(PassContext Context, Tensor? Body, IReadOnlyList<ForwardPass> Turns, Tensor Logits)
        : ForwardPass(Context, [], [], Logits);
}
