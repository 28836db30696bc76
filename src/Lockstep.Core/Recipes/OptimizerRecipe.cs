using System.Text.Json.Serialization;

namespace Lockstep.Core.Recipes;

/// <summary>The rule by which a step changes the weights.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SgdRecipe), "sgd")]
[JsonDerivedType(typeof(AdamRecipe), "adam")]
public abstract record OptimizerRecipe
{
    /// <summary>Learning rate before the schedule.</summary>
    public required double Rate { get; init; }
}

/// <summary>Momentum as in the paper, with the rate inside the velocity: V = momentum V - rate (decay W + grad); W += V.</summary>
public sealed record SgdRecipe : OptimizerRecipe
{
    public double Momentum { get; init; } = 0.9;

    /// <summary>Decay of weights, multiplied by the rate.</summary>
    public double WeightDecay { get; init; } = 0.0005;

    /// <summary>Rate of biases as a multiple of the rate.</summary>
    public double BiasRate { get; init; } = 2;

    /// <summary>Decay of biases.</summary>
    public double BiasWeightDecay { get; init; }

    /// <summary>A rate for each layer, for large batches; null for one rate.</summary>
    public LarsRecipe? Lars { get; init; }
}

/// <summary>
/// Layer-wise rates (LARS): the rate of a weight is multiplied by trust |W| / (|gradient| + decay |W|), the norms being those of the whole
/// layer.
/// Source: You, Gitman and Ginsburg 2017, section 4.
/// </summary>
public sealed record LarsRecipe
{
    /// <summary>How large an update may be, as a share of the weights' norm.</summary>
    public double Trust { get; init; } = 0.001;

    /// <summary>Whether biases have rates of their own too; published programs leave them at the plain rate, as here by default.</summary>
    public bool Biases { get; init; }
}

/// <summary>Adam with bias correction. Source: Kingma and Ba 2015, algorithm 1.</summary>
public sealed record AdamRecipe : OptimizerRecipe
{
    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.999;

    public double Epsilon { get; init; } = 1e-8;
}
