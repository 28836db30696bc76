using AlexNet.Core.Collectives;
using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using AlexNet.Core.Topology;
using AlexNet.Model.Layers;
using AlexNet.Model.Parameters;
using static TorchSharp.torch;

namespace AlexNet.Model;

/// <summary>
/// The contiguous range of towers that one worker holds, and the path of a batch through it:
/// forward runs segment after segment with an exchange in front of each but the first, and gathers the logits at the end;
/// backward runs the segments in reverse and returns each exchange's gradients to the shards they belong to.
/// A shard of all towers is the whole net, computed by the same code.
/// </summary>
public sealed class Shard : IDisposable
{
    private readonly Exchange _exchange;
    private readonly IReadOnlyList<Extent> _towersOfShards;
    private readonly int _index;
    private readonly Arithmetic _arithmetic;

    /// <param name="recipe">Describes the net; its seed draws the first weights.</param>
    /// <param name="topology">Says how many shards there are.</param>
    /// <param name="index">Which of them this is.</param>
    /// <param name="exchange">The way to the other shards of the replica.</param>
    /// <param name="device">Where the arithmetic runs.</param>
    /// <param name="gpu">How, where that is a GPU; the fastest way by default.</param>
    public Shard(Recipe recipe, RunTopology topology, int index, Exchange exchange, Device device, GpuOptions? gpu = null)
    {
        var net = NetShape.Of(recipe);
        (_index, _exchange, _arithmetic) = (index, exchange, Arithmetic.Of(recipe.Training.Precision, device, gpu ?? new GpuOptions()));
        _towersOfShards = [.. Enumerable.Range(0, topology.Shards).Select(s => topology.TowersOf(s, net.Towers))];
        Segments = [.. net.Segments.Select((extent, i) => new Segment(i,
            [.. net.Layers.Skip(extent.Start).Take(extent.Length).Select(layer => Create(layer, recipe))]))];
        Parameters = [.. Segments.SelectMany(s => s.Parameters)];
    }

    public Device Device => _arithmetic.Device;

    /// <summary>The type of the numbers that the first segment computes with; images of another are converted.</summary>
    public ScalarType ImageType => _arithmetic.Type;

    /// <summary>The type of the numbers that products are made of; see <see cref="Arithmetic.ProductType"/>.</summary>
    public ScalarType ProductType => _arithmetic.ProductType;

    public IReadOnlyList<Segment> Segments { get; }

    /// <summary>Everything that is trained here, in layer order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Runs a batch forward.</summary>
    /// <param name="images">samples x channels x height x width, normalised; the whole image on every shard.</param>
    /// <param name="context">Training or not, and what keys the dropout masks.</param>
    /// <exception cref="PeerLostException">Another shard did not come to an exchange.</exception>
    public ForwardPass Forward(Tensor images, PassContext context)
    {
        var (inputs, outputs) = (new List<Tensor>(), new List<Tensor>());
        foreach (var segment in Segments)
        {
            var input = segment.Index == 0 ? Prepare(images)
                : _exchange.Gather(Gathering(context, segment.Index), outputs[^1], PartsOf(Segments[segment.Index - 1]));
            if (segment.Index > 0 && context.Training)
                input.requires_grad_(true);
            inputs.Add(input);
            outputs.Add(segment.Forward(input, context));
        }
        var logits = _exchange.Gather(Gathering(context, Segments.Count), outputs[^1], PartsOf(Segments[^1]));
        return new ForwardPass(context, inputs, outputs, logits.to(ScalarType.Float32));
    }

    /// <summary>Runs a batch backward; afterwards every parameter has its gradient.</summary>
    /// <param name="pass">The forward pass of the same batch.</param>
    /// <param name="logitsGradient">samples x classes, fp32, the same on every shard.</param>
    /// <param name="finished">Called after each segment, last segment first, while the others still wait: the place to begin a reduction.</param>
    /// <exception cref="PeerLostException">Another shard did not come to an exchange.</exception>
    public void Backward(ForwardPass pass, Tensor logitsGradient, Action<Segment> finished)
    {
        var own = PartsOf(Segments[^1])[_index];
        var gradient = logitsGradient.narrow(1, own.Start, own.Length).to(_arithmetic.Type);
        foreach (var segment in Segments.Reverse())
        {
            pass.Outputs[segment.Index].backward([gradient]);
            BackwardFailure.Rethrow();
            finished(segment);
            if (segment.Index == 0)
                return;
            var all = pass.Inputs[segment.Index].grad ?? throw new InvalidOperationException($"segment '{segment.Name}' left no gradient for its input.");
            gradient = _exchange.ScatterSum(new(OperationKind.Backward, pass.Context.Step, Point(pass.Context, segment.Index)), all, PartsOf(Segments[segment.Index - 1]));
        }
    }

    /// <summary>Images as the first segment takes them: in the type of the arithmetic.</summary>
    internal Tensor Prepare(Tensor images) => images.to(_arithmetic.Type);

    private Operation Gathering(PassContext context, int place) =>
        new(context.Training ? OperationKind.Forward : OperationKind.Evaluate, context.Step, Point(context, place));

    /// <summary>Exchange points are numbered through the micro-batches of a step; that of the logits comes after the last segment's.</summary>
    private int Point(PassContext context, int place) => context.MicroBatch * (Segments.Count + 1) + place;

    /// <summary>Says which layers leave the factors of their gradients from now on; the others leave gradients.</summary>
    /// <param name="layers">Names of fully connected layers.</param>
    public void UseFactors(IReadOnlyCollection<string> layers)
    {
        foreach (var factors in Segments.SelectMany(s => s.Factors))
            factors.IsUsed = layers.Contains(factors.Name);
    }

    /// <summary>Forgets the gradients of the last step, and what a broken one has left of their factors.</summary>
    public void ClearGradients()
    {
        foreach (var parameter in Parameters)
            parameter.ClearGradient();
        foreach (var factors in Segments.SelectMany(s => s.Factors))
            factors.Clear();
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
    }

    private IReadOnlyList<Extent> PartsOf(Segment segment) => [.. _towersOfShards.Select(segment.LastLayer.Shape.OutputsOf)];

    private Layer Create(LayerShape shape, Recipe recipe)
    {
        var towers = _towersOfShards[_index];
        return shape.Recipe switch
        {
            ConvRecipe conv => new ConvLayer(shape, conv, towers, recipe, _arithmetic),
            FullyConnectedRecipe full => new FullyConnectedLayer(shape, full, towers, recipe, _arithmetic),
            var other => throw new InvalidOperationException($"layer '{shape.Name}' is of the unknown kind {other.GetType().Name}."),
        };
    }
}
