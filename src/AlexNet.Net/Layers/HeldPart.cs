using AlexNet.Recipes;
using Lockstep.Core.Topology;

namespace AlexNet.Net.Layers;

/// <summary>The part of a layer that a shard holds.</summary>
/// <param name="Towers">The towers whose channels it works on.</param>
/// <param name="Outputs">Output channels of the whole layer.</param>
internal readonly record struct HeldPart(Extent Towers, Extent Outputs)
{
    public static HeldPart Of(NetPlacement placement, LayerShape layer, int shard) =>
        new(placement.TowersOf(layer, shard), placement.OutputsOf(layer, shard));
}
