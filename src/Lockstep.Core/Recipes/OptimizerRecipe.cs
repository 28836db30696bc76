using System.Text.Json.Serialization;

namespace Lockstep.Core.Recipes;

/// <summary>The rule by which a step changes the weights.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SgdRecipe), "sgd")]
[JsonDerivedType(typeof(TorchSgdRecipe), "torch-sgd")]
[JsonDerivedType(typeof(AdamRecipe), "adam")]
[JsonDerivedType(typeof(AdamWRecipe), "adamw")]
[JsonDerivedType(typeof(OwnOptimizerRecipe), "own")]
public abstract record OptimizerRecipe
{
    /// <summary>Learning rate before the schedule.</summary>
    [NumberRange(Above = 0)]
    public required double Rate { get; init; }

    /// <summary>Parameters that are changed otherwise than the rest; the first group that names a parameter holds. Null for none.</summary>
    public IReadOnlyList<ParameterGroupRecipe>? Groups { get; init; }
}

/// <summary>Parameters that have a rate or a decay of their own.</summary>
public sealed record ParameterGroupRecipe
{
    /// <summary>Names of the parameters, with * for any letters and ? for any one: <c>*.bias</c>, <c>head.*</c>.</summary>
    public required string Names { get; init; }

    /// <summary>What the rate is multiplied by; 0 keeps them as they are.</summary>
    [NumberRange(AtLeast = 0)]
    public double Rate { get; init; } = 1;

    /// <summary>Their weight decay; null for that of the rest.</summary>
    [NumberRange(AtLeast = 0)]
    public double? WeightDecay { get; init; }
}

/// <summary>Momentum as in the paper, with the rate inside the velocity: V = momentum V - rate (decay W + grad); W += V.</summary>
public sealed record SgdRecipe : OptimizerRecipe
{
    /// <summary>Share of the last update that the next one keeps.</summary>
    [NumberRange(AtLeast = 0, Below = 1)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>Decay of weights, multiplied by the rate.</summary>
    [NumberRange(AtLeast = 0)]
    public double WeightDecay { get; init; } = 0.0005;

    /// <summary>Rate of biases as a multiple of the rate.</summary>
    [NumberRange(AtLeast = 0)]
    public double BiasRate { get; init; } = 2;

    /// <summary>Decay of biases.</summary>
    [NumberRange(AtLeast = 0)]
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
    [NumberRange(Above = 0)]
    public double Trust { get; init; } = 0.001;

    /// <summary>Whether biases have rates of their own too; published programs leave them at the plain rate, as here by default.</summary>
    public bool Biases { get; init; }
}

/// <summary>
/// Momentum as PyTorch's <c>SGD</c> has it, with the rate outside the velocity: V = momentum V + grad + decay W; W -= rate V. With
/// Nesterov's momentum W -= rate (grad + decay W + momentum V). Source: Sutskever et al. 2013, in the form of PyTorch's documentation.
/// </summary>
public sealed record TorchSgdRecipe : OptimizerRecipe
{
    /// <summary>Share of the velocity that the next step keeps.</summary>
    [NumberRange(AtLeast = 0, Below = 1)]
    public double Momentum { get; init; }

    /// <summary>Nesterov's momentum, which needs a momentum above 0.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Decay of all parameters.</summary>
    [NumberRange(AtLeast = 0)]
    public double WeightDecay { get; init; }
}

/// <summary>Adam with bias correction. Source: Kingma and Ba 2015, algorithm 1.</summary>
public sealed record AdamRecipe : OptimizerRecipe
{
    /// <summary>Share of the mean gradient that the next step keeps.</summary>
    [NumberRange(AtLeast = 0, Below = 1)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Share of the mean square of the gradient that the next step keeps.</summary>
    [NumberRange(AtLeast = 0, Below = 1)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean square, so that nothing is divided by 0.</summary>
    [NumberRange(Above = 0)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decay of all parameters, added to the gradient as PyTorch's <c>Adam</c> does; null for none.</summary>
    [NumberRange(AtLeast = 0)]
    public double? WeightDecay { get; init; }
}

/// <summary>
/// Adam whose decay is no part of the gradient: W -= rate decay W before the update. Source: Loshchilov and Hutter 2019, algorithm 2, in
/// the
/// form of PyTorch's <c>AdamW</c>.
/// </summary>
public sealed record AdamWRecipe : OptimizerRecipe
{
    /// <summary>Share of the mean gradient that the next step keeps.</summary>
    [NumberRange(AtLeast = 0, Below = 1)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Share of the mean square of the gradient that the next step keeps.</summary>
    [NumberRange(AtLeast = 0, Below = 1)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean square, so that nothing is divided by 0.</summary>
    [NumberRange(Above = 0)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decay of all parameters, multiplied by the rate.</summary>
    [NumberRange(AtLeast = 0)]
    public double WeightDecay { get; init; } = 0.01;
}

/// <summary>
/// An optimiser that the program itself makes, for a net of its own; the rate is what that optimiser's own rates are multiplied by.
/// </summary>
public sealed record OwnOptimizerRecipe : OptimizerRecipe;
