using System.Text.Json.Serialization;
using Lockstep.Core.Recipes;

namespace AlexNet.Recipes;

/// <summary>
/// Placement: how many workers, what each holds, and how they reduce. By towers the shards are a divisor of the net's towers, in a hybrid
/// they are all workers.
/// </summary>
public sealed record NetLayoutRecipe : LayoutRecipe
{
    /// <summary>How the net is laid out over the workers.</summary>
    [JsonPropertyOrder(-1)]
    public LayoutPlan Plan { get; init; } = LayoutPlan.Towers;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Placement => Plan == LayoutPlan.Hybrid ? "hybrid" : "towers"; // data is towers in one shard
}

/// <summary>How a net is laid out over workers.</summary>
public enum LayoutPlan
{
    /// <summary>Each replica is cut into ranges of towers, one in each shard.</summary>
    Towers,

    /// <summary>Each worker holds the whole net; the same as towers with one shard.</summary>
    Data,

    /// <summary>
    /// Each worker holds all convolutions, for its own samples, and a part of each fully connected layer, for everybody's: few parameters
    /// are reduced, and activations move instead (Krizhevsky 2014).
    /// </summary>
    Hybrid,
}
