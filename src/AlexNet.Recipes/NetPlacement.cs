using Lockstep.Core.Topology;

namespace AlexNet.Recipes;

/// <summary>
/// Which part of a net each worker of a replica holds. By towers: the same range of towers in every layer. Hybrid: every worker holds all
/// convolutions and trains them on samples of its own, and a part of the outputs of each fully connected layer, for everybody's samples
/// (Krizhevsky 2014, section 4).
/// </summary>
public sealed class NetPlacement
{
    private readonly RunTopology _topology;

    private NetPlacement(NetShape net, RunTopology topology, bool isHybrid)
    {
        (_topology, IsHybrid) = (topology, isHybrid);
        Segments = isHybrid ? BodyAndHead(net) : net.Segments;
    }

    /// <summary>Convolutions are in every worker, on samples of its own.</summary>
    public bool IsHybrid { get; }

    /// <summary>Workers that together hold one whole net.</summary>
    public int Shards => _topology.Shards;

    /// <summary>Layers between exchange points; in a hybrid the first holds all convolutions.</summary>
    public IReadOnlyList<Extent> Segments { get; }

    public static NetPlacement Of(Recipe recipe, RunTopology topology) =>
        new(NetShape.Of(recipe), topology, recipe.Layout.Plan == LayoutPlan.Hybrid);

    /// <summary>The towers of a layer that a shard holds.</summary>
    public Extent TowersOf(LayerShape layer, int shard) => IsHybrid ? new(0, layer.Towers) : _topology.TowersOf(shard, layer.Towers);

    /// <summary>The outputs of a layer that a shard holds: contiguous, and for layers that do not divide, unequal.</summary>
    public Extent OutputsOf(LayerShape layer, int shard) =>
        !IsHybrid ? layer.OutputsOf(TowersOf(layer, shard))
        : layer.Recipe is FullyConnectedRecipe ? Extent.Part(layer.Output.Channels, Shards, shard)
        : new(0, layer.Output.Channels);

    /// <summary>Outputs of a layer in the shard that holds most of them.</summary>
    public int MostOutputs(LayerShape layer) => Enumerable.Range(0, Shards).Max(shard => OutputsOf(layer, shard).Length);

    /// <summary>
    /// Ranks that sum gradients with a slot: the holders of the same shard, in a hybrid all, who hold the convolutions in common.
    /// </summary>
    public IReadOnlyList<int> ReduceRanks(Slot slot) => IsHybrid ? _topology.AllRanks : _topology.ReduceRanks(slot);

    private static List<Extent> BodyAndHead(NetShape net)
    {
        int body = net.Layers.TakeWhile(l => l.Recipe is ConvRecipe).Count();
        return [new(0, body), .. net.Layers.Skip(body).Select(l => new Extent(l.Index, 1))];
    }
}
