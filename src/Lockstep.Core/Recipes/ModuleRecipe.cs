using System.Text.Json;
using System.Text.Json.Serialization;
using Lockstep.Core.Metrics;
using Lockstep.Core.Texts;
using Lockstep.Core.Topology;
using static Lockstep.Core.Recipes.Rule;

namespace Lockstep.Core.Recipes;

/// <summary>The recipe of a net that a program makes itself: what every run has, and how large the net is.</summary>
public sealed record ModuleRecipe : RunRecipe
{
    /// <summary>Reads and checks them.</summary>
    public static RecipeReader<ModuleRecipe> Reader { get; } = new();

    /// <summary>The net; whoever makes it says it.</summary>
    public required ShardSize Module { get; init; }

    /// <summary>What the program itself lets its user set, by name; null where there is nothing.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Settings { get; init; }

    /// <summary>
    /// Batch normalisation, while it trains, takes mean and variance of the samples of all replicas, and not of each replica's own. Source:
    /// Peng et al. 2018, section 3.2.
    /// </summary>
    [JsonPropertyOrder(3)]
    public bool SyncBatchNorm { get; init; }

    /// <inheritdoc cref="RunRecipe.Layout"/>
    [JsonPropertyOrder(4)]
    public new LayoutRecipe Layout { get; init; } = new();

    /// <summary>What the run is to get better at: a metric that the net's evaluation makes, and which way.</summary>
    [JsonPropertyOrder(7)]
    public new Objective Objective { get; init; } = Objective.TestLoss;

    /// <inheritdoc/>
    [JsonIgnore]
    public override long Parameters => Module.Parameters;

    /// <inheritdoc/>
    [JsonIgnore]
    protected override LayoutRecipe OwnLayout => Layout;

    /// <inheritdoc/>
    [JsonIgnore]
    protected override Objective OwnObjective => Objective;

    /// <inheritdoc/>
    public override ShardSize LargestShard(RunTopology topology) => Module;

    /// <inheritdoc/>
    public override void Check(ICollection<string> errors)
    {
        base.Check(errors);
        Require(Layout.Shards == 1, errors, "layout.shards", Layout.Shards, "1: each replica holds the whole module; use more replicas");
        Require(
            MetricNames.IsName(Objective.Metric),
            errors,
            "objective.metric",
            $"'{VisibleText.Line(Objective.Metric)}'",
            "the name of a metric, such as test_loss"
        );
    }
}
