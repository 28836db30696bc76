using System.Text.Json.Serialization;
using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;

namespace AlexNet.Testing;

/// <summary>A recipe of no application: what the library reads, and the size of a net of one layer.</summary>
internal sealed record PlainRecipe : RunRecipe
{
    /// <summary>Reads and checks them.</summary>
    public static RecipeReader<PlainRecipe> Reader { get; } = new();

    /// <summary>Parameters of the net, divided evenly over the shards.</summary>
    public long Weights { get; init; } = 4096;

    /// <inheritdoc cref="RunRecipe.Layout"/>
    [JsonPropertyOrder(4)]
    public new LayoutRecipe Layout { get; init; } = new();

    /// <summary>The layers whose gradients have factors, in one shard.</summary>
    [JsonIgnore]
    public IReadOnlyList<FactoredGroup> Factored { get; init; } = [];

    /// <inheritdoc/>
    [JsonIgnore]
    public override long Parameters => Weights;

    /// <inheritdoc/>
    [JsonIgnore]
    protected override LayoutRecipe OwnLayout => Layout;

    /// <summary>A recipe with plain gradient descent.</summary>
    public static PlainRecipe Of(int batch, int epochs = 1, double rate = 0.01) =>
        new()
        {
            Name = "plain",
            Optimizer = new SgdRecipe
            {
                Rate = rate,
                Momentum = 0,
                WeightDecay = 0,
                BiasRate = 1,
            },
            Training = new TrainingRecipe { Batch = batch, Epochs = epochs },
        };

    /// <inheritdoc/>
    public override ShardSize LargestShard(RunTopology topology) => new(Weights / topology.Shards, 1);

    /// <inheritdoc/>
    public override IReadOnlyList<FactoredGroup> FactoredGroups(RunTopology topology) =>
        [.. Factored.Select(g => g with { Outputs = g.Outputs / topology.Shards })];
}
