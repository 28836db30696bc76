using AlexNet.Net.Layers;
using Lockstep.Torch.Parameters;
using static TorchSharp.torch;

namespace AlexNet.Net.Shards;

/// <summary>Layers that a shard computes without hearing from the other shards: from one exchange point to the next.</summary>
public sealed class Segment : IDisposable
{
    internal Segment(int index, IReadOnlyList<Layer> layers)
    {
        (Index, Layers) = (index, layers);
        Parameters = [.. layers.SelectMany(l => l.Parameters)];
        Factors = [.. layers.Select(l => l.Factors).OfType<LayerFactors>()];
    }

    /// <summary>Place in the net; the exchange in front of the segment has the same number. Segment 0 sees the image.</summary>
    public int Index { get; }

    /// <summary>The first layer, which names the exchange point.</summary>
    public string Name => Layers[0].Shape.Name;

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Of the gradients that can be told by their factors: its fully connected layers'.</summary>
    public IReadOnlyList<LayerFactors> Factors { get; }

    internal IReadOnlyList<Layer> Layers { get; }

    internal Layer LastLayer => Layers[^1];

    /// <summary>
    /// samples x channels that the first layer sees x height x width -> samples x channels that the last layer holds x height x width.
    /// </summary>
    internal Tensor Forward(Tensor input, PassContext context) => Layers.Aggregate(input, (x, layer) => layer.Forward(x, context));

    /// <summary>Adds the gradients of a part of the batch to those before it.</summary>
    public void AccumulateGradients()
    {
        foreach (var parameter in Parameters)
            parameter.Accumulate();
    }

    public void Dispose()
    {
        foreach (var layer in Layers)
            layer.Dispose();
    }
}
