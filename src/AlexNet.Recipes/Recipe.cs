using System.Text.Json.Serialization;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;

namespace AlexNet.Recipes;

/// <summary>The file that describes a run of a net of convolutions and fully connected layers on pictures.</summary>
public sealed record Recipe : RunRecipe
{
    /// <summary>Reads and checks recipes.</summary>
    public static RecipeReader<Recipe> Reader { get; } = new();

    /// <summary>Where samples come from and what they look like when they enter the net.</summary>
    public required DataRecipe Data { get; init; }

    /// <summary>The net: towers and layers.</summary>
    public required NetRecipe Net { get; init; }

    /// <summary>What outputs are measured against.</summary>
    public LossRecipe Loss { get; init; } = new();

    /// <summary>How many workers there are, what each of them holds, and how they reduce.</summary>
    [JsonPropertyOrder(4)]
    public new NetLayoutRecipe Layout { get; init; } = new();

    /// <inheritdoc/>
    [JsonIgnore]
    public override (string Key, int Count) BatchParts =>
        Layout.Plan == LayoutPlan.Hybrid ? ("layout.shards", Layout.Shards) : base.BatchParts;

    /// <inheritdoc/>
    [JsonIgnore]
    public override long Parameters => NetShape.Of(this).Parameters;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string SampleNoun => "image";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> FreeKeys => [.. base.FreeKeys, "data.path"];

    /// <inheritdoc/>
    [JsonIgnore]
    protected override LayoutRecipe OwnLayout => Layout;

    /// <inheritdoc/>
    public override ShardSize LargestShard(RunTopology topology)
    {
        var (net, placement) = (NetShape.Of(this), NetPlacement.Of(this, topology));
        return new(
            net.Layers.Sum(layer => (long)placement.MostOutputs(layer) * (layer.FanIn + 1)),
            2 * net.Layers.Count // a weight and a bias for each layer
        );
    }

    /// <inheritdoc/>
    public override IReadOnlyList<FactoredGroup> FactoredGroups(RunTopology topology)
    {
        var placement = NetPlacement.Of(this, topology);
        return [.. NetShape.Of(this).Factored.Select(l => new FactoredGroup(l.Name, l.Input.Elements, placement.MostOutputs(l)))];
    }

    /// <inheritdoc/>
    public override void Check(ICollection<string> errors)
    {
        if (Optimizer is OwnOptimizerRecipe)
            errors.Add("optimizer.kind is own; it must be sgd, torch-sgd, adam or adamw: only a program with a net of its own makes one.");
        base.Check(errors);
        Rule.Require(Training.Phases is null, errors, "training.phases", "given", "left out: this net is trained by one loss");
        DataRules.Check(Data, errors);
        LossRules.Check(this, errors);
        NetLayoutRules.Check(this, errors);
        if (RecipeRanges.Hold(Data) && RecipeRanges.Hold(Net) && NetShape.Of(this, errors) is { } net) // where not, it is told already
            ProgressiveRules.Check(this, net, errors);
    }

    /// <inheritdoc/>
    public override IEnumerable<IdleSetting> IdleSettings(IReadOnlyList<string> keys) =>
        [.. IdleSections.Find(this, keys), .. base.IdleSettings(keys)];
}
