using AlexNet.Net.Functions;
using AlexNet.Net.Layers;
using AlexNet.Recipes;
using Lockstep.Core.Collectives;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace AlexNet.Net.Shards;

/// <summary>
/// The contiguous range of towers that one worker holds, and the path of a batch through it:
/// forward runs segment after segment with an exchange in front of each but the first, and gathers the logits at the end;
/// backward runs the segments in reverse and returns each exchange's gradients to the shards they belong to.
/// A shard of all towers is the whole net, computed by the same code.
/// </summary>
public class Shard : IDisposable
{
    private readonly Arithmetic _arithmetic;

    /// <param name="recipe">Describes the net; its seed draws the first weights.</param>
    /// <param name="topology">Says how many shards there are.</param>
    /// <param name="index">The index of this shard.</param>
    /// <param name="exchange">The way to the other shards of the replica.</param>
    /// <param name="device">Where the arithmetic runs.</param>
    /// <param name="gpu">How, where that is a GPU; the fastest way by default.</param>
    public Shard(Recipe recipe, RunTopology topology, int index, Exchange exchange, Device device, GpuOptions? gpu = null)
    {
        var net = NetShape.Of(recipe);
        (Index, Exchange, Placement) = (index, exchange, NetPlacement.Of(recipe, topology));
        _arithmetic = Arithmetic.SetForProcess(recipe.Training.Precision, device, gpu ?? new GpuOptions());
        Segments =
        [
            .. Placement.Segments.Select(
                (extent, i) => new Segment(i, [.. net.Layers.Skip(extent.Start).Take(extent.Length).Select(layer => Create(layer, recipe))])
            ),
        ];
        Parameters = [.. Segments.SelectMany(s => s.Parameters)];
    }

    /// <summary>Where it computes, and in what numbers.</summary>
    public Arithmetic Arithmetic => _arithmetic;

    public Device Device => _arithmetic.Device;

    /// <summary>The type of the numbers that the first segment computes with; images of another are converted.</summary>
    public ScalarType ImageType => _arithmetic.Type;

    public IReadOnlyList<Segment> Segments { get; }

    /// <summary>All parameters, in the order in which a backward pass ends them.</summary>
    public IReadOnlyList<GradientGroup> Groups => field ??= [.. GroupsOfSegments.Reverse().SelectMany(g => g)];

    /// <summary>Everything that is trained here, in layer order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>
    /// It takes the images of all samples of the replica's part; otherwise those alone that this worker has read, an equal part of them.
    /// </summary>
    public virtual bool SeesAllSamples => true;

    /// <summary>Which of the shards this is.</summary>
    protected int Index { get; }

    /// <summary>The way to the others.</summary>
    protected Exchange Exchange { get; }

    /// <summary>Who holds what.</summary>
    protected NetPlacement Placement { get; }

    private IReadOnlyList<IReadOnlyList<GradientGroup>> GroupsOfSegments =>
        field ??= [.. Segments.Select(s => s.GroupsOver(SumOf(s)).ToList())];

    /// <summary>The part of a net that a worker holds, as the recipe's layout says.</summary>
    /// <inheritdoc cref="Shard(Recipe, RunTopology, int, Exchange, Device, GpuOptions)"/>
    public static Shard Create(Recipe recipe, RunTopology topology, int index, Exchange exchange, Device device, GpuOptions? gpu = null) =>
        recipe.Layout.Plan == LayoutPlan.Hybrid
            ? new HybridShard(recipe, topology, index, exchange, device, gpu)
            : new Shard(recipe, topology, index, exchange, device, gpu);

    /// <summary>Runs a batch forward.</summary>
    /// <param name="images">samples x channels x height x width, normalised; the whole image on every shard.</param>
    /// <param name="context">Training or not, and what keys the dropout masks.</param>
    /// <exception cref="PeerLostException">Another shard did not come to an exchange.</exception>
    public virtual ForwardPass Forward(Tensor images, PassContext context) => Forward(Prepare(images), context, Segments);

    /// <summary>Runs a batch backward; afterwards every parameter has its gradient.</summary>
    /// <param name="pass">The forward pass of the same batch.</param>
    /// <param name="logitsGradient">samples x classes, fp32, the same on every shard.</param>
    /// <param name="finished">Called when a group's gradients are complete, while others still wait: the place to begin a
    /// reduction.</param>
    /// <exception cref="PeerLostException">Another shard did not come to an exchange.</exception>
    public virtual void Backward(ForwardPass pass, Tensor logitsGradient, Action<GradientGroup> finished) =>
        Backward(pass, logitsGradient, Segments, segment => Finish(segment, finished));

    /// <summary>Forgets the gradients of the last step, and what a broken one has left of their factors.</summary>
    public void ClearGradients()
    {
        foreach (var parameter in Parameters)
            parameter.ClearGradient();
        foreach (var group in Groups)
            group.Factors?.Clear();
    }

    /// <summary>The weights have been overwritten.</summary>
    public void RoundWeights()
    {
        foreach (var parameter in Parameters)
            parameter.Round();
    }

    public void Dispose()
    {
        foreach (var segment in Segments)
            segment.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Images as the first segment takes them: in the type of the arithmetic.</summary>
    internal Tensor Prepare(Tensor images) => images.to(_arithmetic.Type);

    /// <summary>Runs consecutive segments up to the last, with an exchange between every two, and gathers the logits.</summary>
    /// <param name="input">The input of the first of them.</param>
    /// <param name="context">The context of the pass.</param>
    /// <param name="segments">To the end of the net.</param>
    protected ForwardPass Forward(Tensor input, PassContext context, IReadOnlyList<Segment> segments)
    {
        var (inputs, outputs) = (new List<Tensor>(), new List<Tensor>());
        foreach (var segment in segments)
        {
            if (outputs.Count > 0)
                input = Exchange.Gather(Gathering(context, segment.Index), outputs[^1], PartsOf(Segments[segment.Index - 1]));
            if (segment.Index > 0 && context.Training)
                input.requires_grad_(true);
            inputs.Add(input);
            outputs.Add(segment.Forward(input, context));
        }
        var logits = Exchange.Gather(Gathering(context, Segments.Count), outputs[^1], PartsOf(Segments[^1]));
        return new ForwardPass(context, inputs, outputs, logits.to(ScalarType.Float32));
    }

    /// <summary>Runs the same segments in reverse.</summary>
    /// <returns>This shard's part of the gradient of the first one's input; null where that is the image.</returns>
    protected Tensor? Backward(ForwardPass pass, Tensor logitsGradient, IReadOnlyList<Segment> segments, Action<Segment> finished)
    {
        var own = PartsOf(Segments[^1])[Index];
        var gradient = logitsGradient.narrow(1, own.Start, own.Length).to(_arithmetic.Type);
        for (int i = segments.Count - 1; ; i--)
        {
            BackwardPass.Run(pass.Outputs[i], gradient);
            finished(segments[i]);
            if (segments[i].Index == 0)
                return null;
            var all = pass.Inputs[i].grad
                ?? throw new InvalidOperationException($"segment '{segments[i].Name}' left no gradient for its input.");
            if (i == 0)
                return all;
            gradient = Exchange.ScatterSum(Returning(pass.Context, segments[i].Index), all, PartsOf(segments[i - 1]));
        }
    }

    /// <summary>Over whom a segment's gradients are summed.</summary>
    protected virtual SumOver SumOf(Segment segment) => SumOver.SameShard;

    /// <summary>A segment's gradients are complete, and so are those of its groups.</summary>
    protected void Finish(Segment segment, Action<GradientGroup> finished)
    {
        foreach (var group in GroupsOfSegments[segment.Index])
            finished(group);
    }

    /// <summary>Names the exchange in front of a segment, or of the logits.</summary>
    protected Operation Gathering(PassContext context, int place) =>
        new(context.Training ? OperationKind.Forward : OperationKind.Evaluate, context.Step, Point(context, place));

    /// <summary>Names the way back of the same exchange.</summary>
    protected Operation Returning(PassContext context, int place) => new(OperationKind.Backward, context.Step, Point(context, place));

    /// <summary>
    /// Exchange points are numbered through the micro-batches of a step; that of the logits comes after the last segment's.
    /// </summary>
    private int Point(PassContext context, int place) => context.MicroBatch * (Segments.Count + 1) + place;

    private IReadOnlyList<Extent> PartsOf(Segment segment) =>
        [.. Enumerable.Range(0, Placement.Shards).Select(shard => Placement.OutputsOf(segment.LastLayer.Shape, shard))];

    private Layer Create(LayerShape shape, Recipe recipe)
    {
        var held = HeldPart.Of(Placement, shape, Index);
        return shape.Recipe switch
        {
            ConvRecipe conv => new ConvLayer(shape, conv, held, recipe, _arithmetic),
            FullyConnectedRecipe full => new FullyConnectedLayer(shape, full, held, recipe, _arithmetic),
            var other => throw new InvalidOperationException($"layer '{shape.Name}' is of the unknown kind {other.GetType().Name}."),
        };
    }
}
