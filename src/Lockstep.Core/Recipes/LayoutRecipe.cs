using System.Text.Json.Serialization;

namespace Lockstep.Core.Recipes;

/// <summary>Placement: how many workers, what each holds, and how they reduce.</summary>
public sealed record LayoutRecipe
{
    /// <summary>How the net is laid out over the workers.</summary>
    public LayoutPlan Plan { get; init; } = LayoutPlan.Towers;

    /// <summary>Workers that together hold one whole net; by towers a divisor of the net's towers, in a hybrid all workers.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Copies of the net, each training on its part of the global batch.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Whether gradients of fully connected layers travel between replicas as their factors.</summary>
    public FactorUse Factors { get; init; } = FactorUse.Auto;

    /// <summary>Who holds what, in a word: plans of one word cut the same net alike.</summary>
    [JsonIgnore]
    public string Placement => Plan == LayoutPlan.Hybrid ? "hybrid" : "towers"; // data is towers in one shard

    /// <summary>What gradients are, while they travel to be summed.</summary>
    public GradientElements Gradients { get; init; } = GradientElements.Fp32;
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

/// <summary>
/// Whether gradients of fully connected layers travel as factors (inputs, and gradients of outputs) in place of being summed: the same
/// gradient, in fewer bytes.
/// </summary>
public enum FactorUse
{
    /// <summary>Layer by layer, where it is worth it at the speed that the workers measure before the first step.</summary>
    Auto,

    Always,

    Never,
}

/// <summary>What the gradients that are summed over replicas travel as.</summary>
public enum GradientElements
{
    Fp32,

    /// <summary>Half the bytes: each replica's gradient is rounded to bf16 before the sum, and the sum after it.</summary>
    Bf16,
}
