using Lockstep.Core.Recipes;

namespace AlexNet.Recipes;

/// <summary>What the cross entropy of a sample is measured against.</summary>
public sealed record LossRecipe
{
    /// <summary>
    /// The part of a label's probability that all classes share evenly. Source: Szegedy et al., "Rethinking the Inception Architecture for
    /// Computer Vision", section 7.
    /// </summary>
    [NumberRange(AtLeast = 0, Below = 1)]
    public double LabelSmoothing { get; init; }

    /// <summary>What the losses of the samples of each class are multiplied by.</summary>
    public ClassWeighting Weighting { get; init; } = ClassWeighting.None;

    /// <summary>The weight of each class where <see cref="Weighting"/> is <see cref="ClassWeighting.Given"/>; null otherwise.</summary>
    [NumberRange(AtLeast = 0)]
    public IReadOnlyList<double>? Weights { get; init; }
}

/// <summary>Where the weights of classes come from.</summary>
public enum ClassWeighting
{
    /// <summary>Every sample counts the same.</summary>
    None,

    /// <summary>Every class counts the same: samples / (classes x samples of the class).</summary>
    Balanced,

    /// <summary>From <see cref="LossRecipe.Weights"/>.</summary>
    Given,
}
