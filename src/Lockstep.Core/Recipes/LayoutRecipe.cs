using System.Text.Json.Serialization;

namespace Lockstep.Core.Recipes;

/// <summary>How many workers there are, and how they reduce. An application whose nets can be cut in several ways adds which.</summary>
public record LayoutRecipe
{
    /// <summary>Workers that a run can have at most.</summary>
    public const int MostWorkers = 1024;

    /// <summary>Workers that together hold one whole net.</summary>
    [NumberRange(AtLeast = 1, AtMost = MostWorkers)]
    public int Shards { get; init; } = 1;

    /// <summary>Copies of the net, each training on its part of the global batch.</summary>
    [NumberRange(AtLeast = 1, AtMost = MostWorkers)]
    public int Replicas { get; init; } = 1;

    /// <summary>Whether gradients of fully connected layers travel between replicas as their factors.</summary>
    public FactorUse Factors { get; init; } = FactorUse.Auto;

    /// <summary>Who holds what, in a word: plans of one word cut the same net alike.</summary>
    [JsonIgnore]
    public virtual string Placement => "shards";

    /// <summary>What gradients are, while they travel to be summed.</summary>
    public GradientElements Gradients { get; init; } = GradientElements.Fp32;
}

/// <summary>
/// Whether gradients of fully connected layers travel as factors (inputs, and gradients of outputs) in place of being summed: the same
/// gradient, in fewer bytes.
/// </summary>
public enum FactorUse
{
    /// <summary>Layer by layer, where it is worth it at the speed that the workers measure before the first step.</summary>
    Auto,

    /// <summary>In every fully connected layer.</summary>
    Always,

    /// <summary>In none.</summary>
    Never,
}

/// <summary>What the gradients that are summed over replicas travel as.</summary>
public enum GradientElements
{
    /// <summary>Numbers of 32 bits, as they were computed.</summary>
    Fp32,

    /// <summary>Half the bytes: each replica's gradient is rounded to bf16 before the sum, and the sum after it.</summary>
    Bf16,
}
