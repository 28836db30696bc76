using AlexNet.Net.Layers;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace AlexNet.Net.Shards;

/// <summary>Layers that a shard computes without hearing from the other shards: from one exchange point to the next.</summary>
public sealed class Segment : IDisposable
{
    internal Segment(int index, IReadOnlyList<Layer> layers)
    {
        (Index, Layers) = (index, layers);
        Parameters = [.. layers.SelectMany(l => l.Parameters)];
    }

    /// <summary>Place in the net; the exchange in front of the segment has the same number. Segment 0 sees the image.</summary>
    public int Index { get; }

    /// <summary>The first layer, which names the exchange point.</summary>
    public string Name => Layers[0].Shape.Name;

    public IReadOnlyList<Parameter> Parameters { get; }

    internal IReadOnlyList<Layer> Layers { get; }

    internal Layer LastLayer => Layers[^1];

    /// <summary>
    /// samples x channels that the first layer sees x height x width -> samples x channels that the last layer holds x height x width.
    /// </summary>
    internal Tensor Forward(Tensor input, PassContext context) => Layers.Aggregate(input, (x, layer) => layer.Forward(x, context));

    /// <summary>
    /// Its gradients as they travel: each layer that has factors by itself, and the others together. They are complete at the same time.
    /// </summary>
    internal IEnumerable<GradientGroup> GroupsOver(SumOver sumOver)
    {
        var plain = Layers.Where(l => l.Factors is null).ToList();
        if (plain.Count > 0)
            yield return new GradientGroup(plain[0].Shape.Name, [.. plain.SelectMany(l => l.Parameters)], sumOver);
        foreach (var layer in Layers.Where(l => l.Factors is not null))
            yield return new GradientGroup(layer.Shape.Name, layer.Parameters, sumOver, layer.Factors);
    }

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
